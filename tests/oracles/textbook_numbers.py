"""Worked examples of textbooks and handbooks, each with its source; the data are small enough to stand here."""

# Montgomery, Introduction to Statistical Quality Control (7th edition), example 6.5: cost of processing a mortgage loan, 20 weeks.
LOAN_COSTS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
LOAN_LIMITS = {"mean": 300.5, "moving_range": 7.79, "upper": 321.22, "lower": 279.78}

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 (individuals control charts): flow rate of ten batches. The handbook divides
# by d2 = 1.128; the charts here take the rounded factor 2.66, which moves a limit by less than a thousandth.
FLOW_RATES = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
FLOW_LIMITS = {"mean": 50.81, "moving_range": 1.8778, "upper": 55.8041, "lower": 45.8159}

# Montgomery, example 7.1: nonconforming cans of orange juice concentrate in 30 samples of 50.
JUICE_CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
JUICE_LIMITS = {"mean": 0.2313, "upper": 0.4102, "lower": 0.0524}

# Freireich et al., Blood 21 (1963) 699-716, as in Collett and in Kleinbaum and Klein: weeks in remission under placebo, all relapsed.
PLACEBO_WEEKS = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# Kleinbaum and Klein, Survival Analysis: survival just after each relapse, and the median of 8 weeks.
PLACEBO_SURVIVAL = {1: 0.90, 2: 0.81, 3: 0.76, 4: 0.67, 5: 0.57, 8: 0.38, 11: 0.29, 12: 0.19, 15: 0.14, 17: 0.10, 22: 0.05, 23: 0.0}
PLACEBO_MEDIAN = 8

# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score without continuity correction).
NEWCOMBE_WILSON = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}

# Breslow and Day, Statistical Methods in Cancer Research II (1987), table 2.10: exact limits of a count as multiples of it.
EXACT_COUNT_FACTORS = {10: (0.480, 1.84), 20: (0.611, 1.54), 50: (0.742, 1.32), 100: (0.814, 1.22)}

# Garnett, Mandelbaum and Reiman, Manufacturing & Service Operations Management 4 (2002) 208-227, the example of section 1: 48 calls a
# minute, one minute of service, 50 agents, callers who would wait two minutes on average.
IMPATIENT_CALLS = {"abandoned": 0.031, "mean_wait_seconds": 3.7, "occupancy": 0.93}
PATIENT_CALLS = {"mean_wait_seconds": 20.8, "occupancy": 0.96}

# Hyndman and Athanasopoulos, Forecasting: Principles and Practice (2nd edition), section 3.4: Australian beer by quarter, megaliters;
# the seasonal naive forecast from the end of 2007.
BEER_2007 = [427, 383, 394, 473]
BEER_FROM_2008 = [420, 390, 410, 488, 415, 398, 419, 488, 414, 374]
BEER_ERRORS = {"rmse": 14.31, "mae": 13.40, "mape": 3.17}

# Fleiss, Statistical Methods for Rates and Proportions (2nd edition, 1981), p. 249, from Stark and Mantel: Down's syndrome in Michigan
# 1950-1964 by birth order (rows: 1 to 4 and 5 or more) and mother's age (six bands). Fay and Feuer, Statistics in Medicine 16 (1997)
# 791-801, and the R package epitools use the same table.
BIRTHS = [
    [230061, 329449, 114920, 39487, 14208, 3052],
    [72202, 326701, 208667, 83228, 28466, 5375],
    [15050, 175702, 207081, 117300, 45026, 8660],
    [2293, 68800, 132424, 98301, 46075, 9834],
    [327, 30666, 123419, 149919, 104088, 34392],
]
CASES = [
    [107, 141, 60, 40, 39, 25],
    [25, 150, 110, 84, 82, 39],
    [3, 71, 114, 103, 108, 75],
    [1, 26, 64, 89, 137, 96],
    [0, 8, 63, 112, 262, 295],
]
ALL_BIRTHS = [319933, 931318, 786511, 488235, 237863, 61313]
FIRST_BORN_PER_100000 = 92.3

# Agresti, An Introduction to Categorical Data Analysis (2nd edition), 1.4.1 and 1.4.3: score intervals of a small trial and of 25 students.
AGRESTI_SCORE = {(9, 10): (0.596, 0.982), (0, 25): (0.0, 0.133)}

# Miller, Survival Analysis (1981): acute myelogenous leukemia, weeks (negative: censored), maintained and not; survival and standard errors
# as R's survival::survfit prints them.
AML_MAINTAINED = [9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161]
AML_NOT_MAINTAINED = [5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45]
AML_MAINTAINED_SURVIVAL = {
    9: (0.909, 0.0867), 13: (0.818, 0.1163), 18: (0.716, 0.1397), 23: (0.614, 0.1526), 31: (0.491, 0.1642), 34: (0.368, 0.1627),
    48: (0.184, 0.1535),
}  # fmt: skip
AML_NOT_MAINTAINED_SURVIVAL = {
    5: (0.8333, 0.1076), 8: (0.6667, 0.1361), 12: (0.5833, 0.1423), 23: (0.4861, 0.1481), 27: (0.3889, 0.1470), 30: (0.2917, 0.1387),
    33: (0.1944, 0.1219), 43: (0.0972, 0.0919),
}  # fmt: skip
AML_MEDIANS = (31, 23)

# Collett, Modelling Survival Data in Medical Research, tables 1.1 and 2.4, example 2.9: days to discontinuing an IUD (negative: censored);
# at 107 days a discontinuation and two censored times are tied.
IUD_DAYS = [10, -13, -18, 19, -23, 30, 36, -38, -54, -56, 59, 75, 93, 97, -104, 107, -107, -107]
IUD_SURVIVAL = {
    10: (0.9444, 0.0540), 19: (0.8815, 0.0790), 30: (0.8137, 0.0978), 36: (0.7459, 0.1107), 59: (0.6526, 0.1303), 75: (0.5594, 0.1412),
    93: (0.4662, 0.1452), 97: (0.3729, 0.1430), 107: (0.2486, 0.1392),
}  # fmt: skip
IUD_MEDIAN = 93

# Gordis, Epidemiology: tuberculosis deaths of white miners aged 20 to 59 in the United States, 1950: miners, deaths of all men per 100,000,
# deaths observed, by age. Expected 181.09, standardized mortality ratio 241 %.
MINERS = [74_598, 85_077, 80_845, 148_870, 102_649, 42_494]
ALL_MEN_PER_100000 = [12.26, 16.12, 21.54, 33.96, 56.82, 75.23]
MINERS_DEATHS = [10, 20, 22, 98, 174, 112]
MINERS_RATIO = 2.41

# Agner Krarup Erlang's waiting formula as queueing tables print it: erlangs offered, agents: share of calls that wait.
ERLANG_C_WAITS = {(10, 12): 0.4494, (1, 2): 0.3333, (2, 3): 0.4444, (0.5, 1): 0.5}
