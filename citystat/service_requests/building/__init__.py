"""How landed request states become the tables of a build.

`inputs` says what goes in, `facts` looks once at narrow columns of all rows for what only many rows can tell, `months` writes the wide
rows of the months that changed, `answers` places points and ends promises, `summaries` makes the small tables. `extract` joins them.
"""
