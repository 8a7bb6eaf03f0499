"""Classic data sets with the numbers their books and manuals print; negative times are censored."""

# Freireich et al. (1963), 6-mercaptopurine arm: log-log (default) intervals as Stata's `sts list` and SAS's `proc lifetest` print them,
# Kleinbaum and Klein, Survival Analysis, computer appendix.
REMISSION_WEEKS = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
REMISSION_BOUNDS = {
    6: (0.6197, 0.9516), 7: (0.5631, 0.9228), 10: (0.5032, 0.8894), 13: (0.4316, 0.8491), 16: (0.3675, 0.8049), 22: (0.2678, 0.7468),
    23: (0.1881, 0.6801),
}  # fmt: skip

# Edmonson et al. (1979), ovarian cancer: R's `survfit(Surv(futime, fustat) ~ 1, ovarian)`, survival and Greenwood errors; median 638.
OVARIAN_DAYS = [
    59, 115, 156, -421, 431, -448, 464, 475, -477, 563, 638, -744, -769, -770, -803, -855, -1040, -1106, -1129, -1206, -1227, 268, 329,
    353, 365, -377,
]  # fmt: skip
OVARIAN_SURVIVAL = {
    59: (0.962, 0.0377), 115: (0.923, 0.0523), 156: (0.885, 0.0627), 268: (0.846, 0.0708), 329: (0.808, 0.0773), 353: (0.769, 0.0826),
    365: (0.731, 0.0870), 431: (0.688, 0.0919), 464: (0.642, 0.0965), 475: (0.596, 0.0999), 563: (0.546, 0.1032), 638: (0.497, 0.1051),
}  # fmt: skip
OVARIAN_MEDIAN = 638

# Loprinzi et al., Journal of Clinical Oncology 12 (1994) 601-607, the `lung` data of R: 228 patients, 165 deaths, median 310 days.
LUNG = {"died": 1, "patients": 228, "deaths": 165, "median": (310, 284, 361)}

# Pike, Biometrics 22 (1966) 142-161, as in Kalbfleisch and Prentice (2002), table 1.1: days to vaginal cancer of rats in two groups, and
# their median survival times.
RATS_DAYS = (
    [143, 164, 188, 188, 190, 192, 206, 209, 213, 216, 220, 227, 230, 234, 246, 265, 304, -216, -244],
    [142, 156, 163, 198, 205, 232, 232, 233, 233, 233, 233, 239, 240, 261, 280, 280, 296, 296, 323, -204, -344],
)
RATS_MEDIANS = (216, 233)

# Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10, the contrasts with two zeros.
NEWCOMBE_ZEROS = {(0, 10, 0, 20): (-0.1611, 0.2775), (0, 10, 0, 10): (-0.2775, 0.2775)}

# Agresti, An Introduction to Categorical Data Analysis (2nd edition), 2.2.2 and 2.3.2: heart attacks under placebo and aspirin.
HEART_ATTACKS = (189, 11_034, 104, 11_037)
HEART_ATTACKS_GAP = (0.005, 0.011)
HEART_ATTACKS_RATIO = (1.82, 1.43, 2.30)

# Bickel, Hammel and O'Connell, Science 187 (1975) 398-404; Freedman, Pisani and Purves, Statistics, chapter 2: applicants and admitted of
# the six largest majors, men and women; 44 and 30 % of all, 39 and 43 % weighted by all applicants to each major.
BERKELEY_APPLIED = [[825, 560, 325, 417, 191, 373], [108, 25, 593, 375, 393, 341]]
BERKELEY_ADMITTED = [[512, 353, 120, 138, 53, 22], [89, 17, 202, 131, 94, 24]]
BERKELEY_CRUDE, BERKELEY_WEIGHTED = [0.445, 0.304], [0.39, 0.43]

# Charig et al., British Medical Journal 292 (1986) 879-882: kidney stones, small and large, treatments A and B; adjusted as in Peters,
# Janzing and Schoelkopf, Elements of Causal Inference (2017), example 6.16, from shares rounded to two digits.
STONES_TREATED, STONES_CURED = [[87, 263], [270, 80]], [[81, 192], [234, 55]]
STONES_CRUDE, STONES_ADJUSTED = [0.78, 0.83], [0.832, 0.782]

# R, help of poisson.test: 137 events in 24.19893 thousand persons; 11 in 800 against 21 in 3,011 (exact intervals).
PERSONS = (137, 24.19893, 4.753125, 6.692709)
TWO_RATES = (11, 800, 21, 3011, 1.971488, 0.8584264, 4.2772659)

# Von Bortkiewicz (1898): deaths by horse kick in 200 corps-years; mean 0.61, variance 0.61.
HORSE_KICKS = [0] * 109 + [1] * 65 + [2] * 22 + [3] * 3 + [4]

# Student, Biometrika 6 (1908): extra hours of sleep under two drugs; R's t.test of `sleep` (Welch).
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)
SLEEP_BOUNDS = (-3.3654832, 0.2054832)

# Card and Krueger, American Economic Review 84 (1994) 772-793, table 3: change of employment with its standard error in New Jersey and in
# Pennsylvania, and the difference of the two.
NEW_JERSEY, PENNSYLVANIA, EMPLOYMENT_GAP = (0.59, 0.54), (-2.16, 1.25), (2.76, 1.36)

# Conover, Practical Nonparametric Statistics; Campbell and Gardner, British Medical Journal 296 (1988) 1454-1456: ranks of the 95 %
# interval of a median by number of values.
MEDIAN_RANKS = {6: (1, 6), 10: (2, 9), 15: (4, 12), 20: (6, 15), 25: (8, 18), 30: (10, 21), 50: (18, 33), 100: (40, 61)}

# Wheeler, Understanding Variation (1993), chapter 3: US trade deficits of 1987 by month, billions of dollars.
TRADE_DEFICITS = [10.7, 13.0, 11.4, 11.5, 12.5, 14.1, 14.8, 14.1, 12.6, 16.0, 11.7, 10.6]
TRADE_LIMITS = {"mean": 12.75, "moving_range": 1.66, "upper": 17.2, "lower": 8.3}

# Box, Jenkins and Reinsel, Time Series Analysis, series F: yields of 70 batches of a chemical process; r at lag 1.
BATCH_YIELDS = [
    47, 64, 23, 71, 38, 64, 55, 41, 59, 48, 71, 35, 57, 40, 58, 44, 80, 55, 37, 74, 51, 57, 50, 60, 45, 57, 50, 45, 25, 59, 50, 71, 56, 74,
    50, 58, 45, 54, 36, 54, 48, 55, 45, 57, 50, 62, 44, 64, 43, 52, 38, 59, 55, 41, 53, 49, 34, 35, 54, 45, 68, 38, 50, 60, 39, 59, 40, 57,
    54, 23,
]  # fmt: skip
BATCH_AUTOCORRELATION = -0.39

# Box and Jenkins, series G: airline passengers in thousands by month, 1949 to 1960; R's decompose(AirPassengers)$figure.
PASSENGERS = [
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
    145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
    242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
    315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,
    360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
]  # fmt: skip
PASSENGERS_SEASON = [
    -24.748737, -36.188131, -2.241162, -8.036616, -4.506313, 35.402778, 63.830808, 62.823232, 16.520202, -20.642677, -53.593434,
    -28.619949,
]  # fmt: skip

# Hyndman and Athanasopoulos, Forecasting (2nd edition), section 7.3: nights of visitors in Australia by quarter 2005 to 2015, millions,
# and the additive Holt-Winters forecasts of the first three quarters of 2016.
VISITOR_NIGHTS = [
    42.20566386, 24.64917133, 32.66733514, 37.25735401, 45.24246027, 29.35048127, 36.34420728, 41.78208136, 49.27659843, 31.27540139,
    37.85062549, 38.83704413, 51.23690034, 31.83855162, 41.32342126, 42.79900337, 55.70835836, 33.40714492, 42.31663797, 45.15712257,
    59.57607996, 34.83733016, 44.84168072, 46.97124960, 60.01903094, 38.37117851, 46.97586413, 50.73379646, 61.64687319, 39.29956937,
    52.67120908, 54.33231689, 66.83435838, 40.87118847, 51.82853579, 57.49190993, 65.25146985, 43.06120822, 54.76075713, 59.83447494,
    73.25702747, 47.69662373, 61.09776802, 66.05576122,
]  # fmt: skip
VISITOR_NIGHTS_2016 = [76.10, 51.60, 63.97]

# Cleveland, Call Center Management on Fast Forward: 250 calls in half an hour, 210 seconds each, 20 seconds to answer: agents, percent in
# time, mean seconds.
CLEVELAND = {30: (24, 208.7), 31: (45, 74.7), 32: (61, 37.6), 33: (73, 21.3), 34: (82, 12.7), 35: (88, 7.8), 36: (92, 4.9), 37: (95, 3.1)}
