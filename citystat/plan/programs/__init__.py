"""What the city does and whether it helps: programs with their evidence, improvements before and after, areas in focus, advice.

Words: *evidence* is dated before the decision, what came later is *follow-up*; an *improvement* began on a day; *areas in focus* are
chosen by a written rule; *advice* waits until it is answered. Nothing here says what caused a change: each page says so.
"""
