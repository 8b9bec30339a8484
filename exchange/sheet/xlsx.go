package sheet

import (
	"bytes"
	"errors"

	"merida/fault"
	"merida/internal/workbook"
)

// bookLimits bound what is read of a workbook. Rows that hold nothing do not count for MaxRows, so that a
// table may stand far down in its sheet.
var bookLimits = workbook.Limits{Parts: 500, Unpacked: maxUnpack, Sheets: 200, Rows: 1 << 16, Columns: MaxColumns, Cells: (MaxRows + 2) * MaxColumns, Text: maxCell + 1, First: true, Clip: true}

// readXLSX reads the first sheet of a workbook: values as they are stored, formulas by the value that was
// computed when the file was saved.
func readXLSX(b []byte) (t Table, err error) {
	grids, err := workbook.Open(bytes.NewReader(b), int64(len(b)), bookLimits)
	switch {
	case errors.Is(err, workbook.ErrTooLarge):
		return t, fault.New(fault.TooLarge, "sheet.error.unpacked", fault.Args{"limit": maxUnpack >> 20})
	case err != nil:
		return t, fault.New(fault.Invalid, "sheet.error.format", nil)
	}
	for i, row := range grids[0].Rows {
		cells := make([]string, len(row))
		for j, c := range row {
			cells[j] = c.Text
		}
		if err := t.add(i+1, cells); err != nil {
			return t, err
		}
	}
	return t, nil
}
