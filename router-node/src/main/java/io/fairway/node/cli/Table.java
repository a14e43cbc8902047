package io.fairway.node.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as their widest cell; numbers stand to the right. */
final class Table {
    private static final String GAP = "  ";

    private final String[] headers;
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] numeric;

    Table(final String... headers) {
        this.headers = headers;
        numeric = new boolean[headers.length];
        java.util.Arrays.fill(numeric, true);
    }

    /** Adds a row; null and the empty text become a dash. */
    Table row(final Object... cells) {
        if (cells.length != headers.length) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells under " + headers.length);
        }
        final String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            final String text = cells[i] == null ? "" : cells[i].toString();
            row[i] = text.isEmpty() ? "-" : text;
            numeric[i] &= cells[i] instanceof Number;
        }
        rows.add(row);
        return this;
    }

    void print(final PrintWriter out) {
        final int[] widths = new int[headers.length];
        for (int i = 0; i < headers.length; i++) {
            widths[i] = headers[i].length();
            for (final String[] row : rows) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        line(out, headers, widths);
        rows.forEach(row -> line(out, row, widths));
        out.flush();
    }

    private void line(final PrintWriter out, final String[] cells, final int[] widths) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            final String padding = " ".repeat(widths[i] - cells[i].length());
            final boolean right = numeric[i] && !rows.isEmpty();
            line.append(i == 0 ? "" : GAP);
            line.append(right ? padding : "").append(cells[i]).append(right ? "" : padding);
        }
        out.println(line.toString().stripTrailing());
    }
}
