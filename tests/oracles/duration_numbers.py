"""Published and hand-made numbers on durations.

T1, T2: worked by hand from the definitions cities publish. K1: the 6-mercaptopurine arm of Freireich et al. (1963),
as in Collett, Modelling Survival Data, and every survival textbook.
"""

# Opened, due, closed ("" when open); as of 30 June 2024.
T1_CASES = [
    ("2024-06-03", "2024-06-06", "2024-06-05"),
    ("2024-06-03", "2024-06-06", "2024-06-10"),
    ("2024-06-10", "2024-06-13", ""),
    ("2024-06-12", "2024-06-17", "2024-06-14"),
    ("2024-06-20", "2024-06-25", "2024-06-25"),
    ("2024-06-26", "2024-07-01", ""),
    ("2024-06-27", "2024-07-02", "2024-06-28"),
    ("2024-05-20", "2024-05-23", "2024-06-04"),
    ("2024-05-29", "2024-06-03", "2024-06-03"),
    ("2024-05-30", "2024-06-04", ""),
]
T1_COHORTS = {"closed": (5, 7), "opened": (4, 7), "outcome_known": (4, 6), "due": (4, 7)}
T1_SHARES = {"closed": 0.714, "opened": 0.571, "outcome_known": 0.667, "due": 0.571}
T1_AGES_DAYS = [20, 4, 31]
T1_OVERDUE = 2
T1_FLOW = (3, 7, 7, 3)

# Weeks in remission; 0 where censored.
K1_TIMES = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
K1_EVENTS = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
K1_SURVIVAL = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
K1_STANDARD_ERRORS = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
K1_MEDIAN = 23
# R survival::survfit(conf.type = "log-log"): 95 % bounds at 6 weeks, and of the median.
K1_LOG_LOG_AT_6 = (0.620, 0.952)
K1_MEDIAN_INTERVAL = (13, None)
