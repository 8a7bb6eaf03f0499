"""Published control-chart numbers.

X1, X2, X3, X7, X8, X10: the test suite of the NHS-R Community package NHSRplotthedots (XmR, screening after Nelson
1982), recomputed. X3 is R's ``set.seed(123); rnorm(20)``. Run chart: Anhoej and Olesen, PLOS ONE 9 (2014) e113825.
Average run lengths: Champ and Woodall, Technometrics 29 (1987), table 1.
"""

X1_VALUES = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
X1_SCREENED = {"mean": 1.9444, "amr": 1.0000, "lower": -0.7156, "upper": 4.6044}
X2_UNSCREENED = {"amr": 1.882353, "lower": -3.062614, "upper": 6.951503}

X3_VALUES = [
    -0.560475646552213, -0.230177489483280, 1.558708314149124, 0.070508391424576, 0.129287735160946,
    1.715064986883281, 0.460916205989202, -1.265061234606534, -0.686852851893526, -0.445661970099958,
    1.224081797439462, 0.359813827057364, 0.400771450594052, 0.110682715945120, -0.555841134754075,
    1.786913136803078, 0.497850478229239, -1.966617156629638, 0.701355901563686, -0.472791407727934,
]  # fmt: skip
X3_LIMITS = {"mean": 0.1416238, "lower": -3.01138, "upper": 3.294627}

X8_VALUES = [2, 1, 2, 3, 4, 5, 6, 7, 3]
X10_CLOSE = [0, 0, 1, 0, 1, 0, 0]

# n useful points: (longest run expected, fewest crossings expected)
RUN_CHART_LIMITS = {10: (6, 2), 12: (7, 3), 16: (7, 4), 20: (7, 6), 24: (8, 8), 30: (8, 10), 36: (8, 13)}

# Rules used, run length: in-control average run length.
AVERAGE_RUN_LENGTHS = {(("astronomical",), 8): 370.40, (("astronomical", "shift"), 8): 152.73}
