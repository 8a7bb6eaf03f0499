"""Published numbers on rates, proportions and their comparison."""

# Wilson 1927 intervals. 81/263 and 0/10: Newcombe, Statistics in Medicine 17 (1998) 857-872, table I (method 3).
# (successes, trials): (lower, upper)
WILSON = {(8, 10): (0.490, 0.943), (81, 263): (0.255, 0.366), (0, 10): (0.0, 0.278)}

# 12 requests among 8,000 residents, Byar: rate per 1,000 and bounds.
BYAR_PER_1000 = (12, 8000, 1.50, 0.774, 2.620)

# Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
# (successes, trials, reference successes, reference trials): (lower, upper)
NEWCOMBE_DIFFERENCES = {
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (6, 7, 2, 7): (0.0582, 0.8062),
    (5, 56, 0, 29): (-0.0381, 0.1926),
    (10, 10, 0, 20): (0.6791, 1.0000),
    (10, 10, 0, 10): (0.6075, 1.0000),
}

# Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables (2017), chapter 4: epinephrine trial of
# Perondi et al. (2004), 7 of 34 against 1 of 34; MOVER-R with Wilson bounds.
RATIO_OF_PROPORTIONS = ((7, 34, 1, 34), 7.0, 1.1537, 41.9763)

# Simpson's paradox in on-time shares: columns potholes, trees; rows North, South.
SIMPSON_ON_TIME = [[90, 300], [800, 30]]
SIMPSON_CLOSED = [[100, 900], [900, 100]]
SIMPSON_CRUDE = [0.390, 0.830]
SIMPSON_STANDARDIZED = [0.6167, 0.5944]
