"""A chart as a table of its numbers."""

from __future__ import annotations

from markupsafe import Markup

from mailer.model.charts import Chart


def chart_table(chart: Chart) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in (chart.label, *chart.columns))
    rows = Markup("").join(
        Markup("<tr><td>{}</td>{}</tr>").format(
            row.label, Markup("").join(Markup('<td class="right">{}</td>').format(_value(one)) for one in row.values)
        )
        for row in chart.rows
    )
    title = f"{chart.title} ({chart.unit})" if chart.unit else chart.title
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, rows)
    return Markup('<p class="table-title">{}</p>{}').format(title, table)


def _value(value: object) -> str:
    return "–" if value is None else str(value)
