package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strconv"
	"strings"

	"merida/fault"
)

// readXLSX reads the first sheet of a workbook: values as they are stored, formulas by the value that was
// computed when the file was saved. Source: ISO/IEC 29500-1, SpreadsheetML; parts 12 and 18.
func readXLSX(b []byte) (t Table, err error) {
	wrong := fault.New(fault.Invalid, "sheet.error.format", nil)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) > 500 {
		return t, wrong
	}
	// part reads a part of the package; what unpacks to more than the limit is not read on.
	part := func(name string) ([]byte, error) {
		for _, f := range z.File {
			if f.Name != name {
				continue
			}
			r, err := f.Open()
			if err != nil {
				return nil, wrong
			}
			defer r.Close()
			b, err := io.ReadAll(io.LimitReader(r, maxUnpack+1))
			if err != nil {
				return nil, wrong
			}
			if len(b) > maxUnpack {
				return nil, fault.New(fault.TooLarge, "sheet.error.unpacked", fault.Args{"limit": maxUnpack >> 20})
			}
			return b, nil
		}
		return nil, nil
	}
	name, err := firstSheet(part)
	if err != nil {
		return t, err
	}
	var shared []string
	if b, err := part("xl/sharedStrings.xml"); err != nil {
		return t, err
	} else if b != nil {
		if shared, err = sharedStrings(b); err != nil {
			return t, wrong
		}
	}
	sheet, err := part(name)
	if err != nil {
		return t, err
	}
	if sheet == nil {
		return t, wrong
	}
	d := xml.NewDecoder(bytes.NewReader(sheet))
	line := 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return t, wrong
		}
		el, ok := tok.(xml.StartElement)
		if !ok || el.Name.Local != "row" {
			continue
		}
		line++
		if n, err := strconv.Atoi(attrOf(el, "r")); err == nil && n >= line && n <= 1<<20 {
			line = n
		}
		var row struct {
			Cells []struct {
				Ref   string   `xml:"r,attr"`
				Type  string   `xml:"t,attr"`
				Value string   `xml:"v"`
				Text  []string `xml:"is>t"`
				Runs  []string `xml:"is>r>t"`
			} `xml:"c"`
		}
		if err := d.DecodeElement(&row, &el); err != nil {
			return t, wrong
		}
		var cells []string
		for i, c := range row.Cells {
			at := column(c.Ref)
			if at < 0 {
				at = i
			}
			if at >= MaxColumns {
				continue
			}
			for len(cells) <= at {
				cells = append(cells, "")
			}
			switch c.Type {
			case "s":
				if n, err := strconv.Atoi(strings.TrimSpace(c.Value)); err == nil && n >= 0 && n < len(shared) {
					cells[at] = shared[n]
				}
			case "inlineStr":
				cells[at] = strings.Join(c.Text, "") + strings.Join(c.Runs, "")
			case "e": // an error of the spreadsheet says nothing
			default:
				cells[at] = c.Value
			}
		}
		if err := t.add(line, cells); err != nil {
			return t, err
		}
	}
}

func attrOf(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// column is the place of a cell by its reference, from 0: "B7" is 1; -1 where there is none.
func column(ref string) int {
	n := 0
	for i := 0; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if n = n*26 + int(ref[i]-'A') + 1; n > 1<<14 {
			return MaxColumns
		}
	}
	return n - 1
}

// firstSheet finds the part of the sheet that stands first in the workbook.
func firstSheet(part func(string) ([]byte, error)) (string, error) {
	var book struct {
		Sheets []struct {
			Rel string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		Rels []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	for name, into := range map[string]any{"xl/workbook.xml": &book, "xl/_rels/workbook.xml.rels": &rels} {
		b, err := part(name)
		if err != nil {
			return "", err
		}
		if b != nil {
			if err := xml.Unmarshal(b, into); err != nil {
				return "", fault.New(fault.Invalid, "sheet.error.format", nil)
			}
		}
	}
	for _, r := range rels.Rels {
		if len(book.Sheets) > 0 && r.ID == book.Sheets[0].Rel {
			if strings.HasPrefix(r.Target, "/") {
				return strings.TrimPrefix(path.Clean(r.Target), "/"), nil
			}
			return path.Join("xl", r.Target), nil
		}
	}
	return "xl/worksheets/sheet1.xml", nil
}

func sharedStrings(b []byte) (out []string, err error) {
	var table struct {
		Items []struct {
			Text string   `xml:"t"`
			Runs []string `xml:"r>t"`
		} `xml:"si"`
	}
	err = xml.Unmarshal(b, &table)
	for _, x := range table.Items {
		out = append(out, x.Text+strings.Join(x.Runs, ""))
	}
	return out, err
}
