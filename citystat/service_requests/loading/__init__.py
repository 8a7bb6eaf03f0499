"""Bring one 311 export in: sniff, stage, recognize, transform, compare with what is stored, land.

`sniffing` looks at the first bytes; `staging` turns any input into one Parquet file of text columns; `layout` and `recognition`
say what the columns mean; `transform` writes the SQL that makes canonical requests; `states` compares and writes months;
`quarantine` keeps the rows no load could use. Only `service_requests.actions.load_requests` puts them together.
"""
