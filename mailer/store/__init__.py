"""The SQL side of the ports: schema, migrations, and one module of named queries per slice."""
