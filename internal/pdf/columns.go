package pdf

import "strings"

// gutter is the empty strip between two columns.
type gutter struct{ x0, x1 float64 }

const (
	binWidth  = 2.0  // points
	minRows   = 12   // below this many lines a page does not tell its columns
	maxAcross = 0.15 // share of lines that may go across a gutter: titles, rules
	minFilled = 0.4  // share of lines that each column must hold
	minColumn = 0.16 // of the width of the page
)

// findGutters finds the strips that nearly no line of a page crosses, between columns that most lines
// fill. A page with few lines has those of the page before, where its lines keep to them.
func findGutters(rows [][]Letter, width float64, before []gutter) []gutter {
	n := int(width/binWidth) + 1
	if n < 10 || n > 20_000 {
		return nil
	}
	count := make([]int, n)
	mark := make([]int, n)
	lines := 0
	for i, row := range rows {
		any := false
		for _, l := range row {
			if strings.TrimSpace(l.S) == "" {
				continue
			}
			any = true
			for b := max(0, int(l.X0/binWidth)); b <= int(l.X1/binWidth) && b < n; b++ {
				if mark[b] != i+1 {
					mark[b] = i + 1
					count[b]++
				}
			}
		}
		if any {
			lines++
		}
	}
	if lines < minRows {
		crossed := 0
		for _, row := range rows {
			for _, g := range before {
				if crosses(row, g) {
					crossed++
					break
				}
			}
		}
		if lines > 0 && crossed*2 > lines {
			return nil
		}
		return before
	}
	across, filled := int(maxAcross*float64(lines)), int(minFilled*float64(lines))
	var out []gutter
	from, peak := 0.0, 0 // of the column that is being measured
	for b := 0; b < n; {
		if count[b] > across {
			if peak == 0 {
				from = float64(b) * binWidth
			}
			peak = max(peak, count[b])
			b++
			continue
		}
		end := b
		for end < n && count[end] <= across {
			end++
		}
		g := gutter{float64(b) * binWidth, float64(end) * binWidth}
		if peak >= filled && g.x0-from >= minColumn*width && end < n && end-b >= 3 {
			out = append(out, g)
			peak = 0
		} else if peak < filled && peak > 0 && end == n && len(out) > 0 {
			out = out[:len(out)-1] // what stands right of the last gutter is no column
		}
		b = end
	}
	if len(out) > 0 && (peak < filled && peak > 0 || lastWidth(count, across, out[len(out)-1])*binWidth < minColumn*width) {
		out = out[:len(out)-1]
	}
	if len(out) > 3 {
		return nil // a table
	}
	return out
}

// lastWidth is how many bins the text right of a gutter takes.
func lastWidth(count []int, across int, g gutter) float64 {
	last := 0
	for b, c := range count {
		if c > across {
			last = b
		}
	}
	return float64(last) - g.x1/binWidth
}

func crosses(row []Letter, g gutter) bool {
	mid := (g.x0 + g.x1) / 2
	for _, l := range row {
		if l.X0 < mid && l.X1 > mid && strings.TrimSpace(l.S) != "" {
			return true
		}
	}
	return false
}

// cutColumns cuts a line at the gutters it does not cross.
func cutColumns(row []Letter, gutters []gutter) []Run {
	if len(gutters) == 0 {
		return cutRow(row)
	}
	for _, g := range gutters {
		if crosses(row, g) {
			return cutRow(row)
		}
	}
	var out []Run
	parts := make([][]Letter, len(gutters)+1)
	for _, l := range row {
		c := 0
		for c < len(gutters) && l.X0 >= (gutters[c].x0+gutters[c].x1)/2 {
			c++
		}
		parts[c] = append(parts[c], l)
	}
	for c, p := range parts {
		for _, r := range cutRow(p) {
			r.Column = c + 1
			out = append(out, r)
		}
	}
	return out
}
