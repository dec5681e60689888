"""The SQL side of the ports: schema, migrations, and one module of queries for each subject."""
