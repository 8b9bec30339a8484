package testkit

import (
	"bytes"
	"fmt"
	"strings"
)

// Line is a line of text on a page that [PDF] makes, its base line y points above the foot.
type Line struct {
	X, Y float64
	Size float64 // 12 when zero
	Bold bool
	Text string // of Latin-1
}

// PDF makes a file of pages of A4 in the shape that word processors write, with plain streams.
func PDF(pages ...[]Line) []byte {
	var b bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 5+2*i)
	}
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 595 842] >>", kids.String(), len(pages)))
	font := func(name string) string {
		widths := strings.Repeat("500 ", 224)
		return "<< /Type /Font /Subtype /Type1 /BaseFont /" + name + " /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 255 /Widths [" + widths + "] >>"
	}
	object(font("Times-Roman"))
	object(font("Times-Bold"))
	for i, lines := range pages {
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents %d 0 R >>", 6+2*i))
		var c strings.Builder
		for _, l := range lines {
			f, size := "F1", l.Size
			if l.Bold {
				f = "F2"
			}
			if size == 0 {
				size = 12
			}
			latin := make([]byte, 0, len(l.Text))
			for _, r := range l.Text {
				if strings.ContainsRune(`()\`, r) {
					latin = append(latin, '\\')
				}
				latin = append(latin, byte(r))
			}
			fmt.Fprintf(&c, "BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n", f, size, l.X, l.Y, latin)
		}
		object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", c.Len(), c.String()))
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}
