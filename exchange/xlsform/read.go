package xlsform

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"merida/fault"
	"merida/internal/workbook"
)

// limits bound what is read of a form.
var limits = workbook.Limits{Parts: 500, Unpacked: 64 << 20, Sheets: 100, Rows: 20_000, Columns: 400, Cells: 600_000, Text: 64 << 10, Clip: true}

// MaxBytes is the size of a form that is read.
const MaxBytes = 8 << 20

// Line says something about a row of a form: what is wrong with it, or what of it was left out.
type Line struct {
	Sheet string
	Row   int    // as the spreadsheet counts, from 1; 0 where it is about the whole sheet
	Name  string // of the question
	Key   string // catalogue key
	Args  fault.Args
}

// Form is a form as it stands in its file.
type Form struct {
	Settings map[string]string // the first row below the head
	Survey   []Row
	Choices  map[string][]Row // by list
	Others   map[string][]Row // further sheets by their names in small letters, as far as they are ours
}

// Row is a row of a sheet: its filled cells by their heads.
type Row struct {
	N     int
	Cells map[string]string
	heads []string // in the order of the sheet
}

// Get is the cell below a head.
func (r Row) Get(head string) string { return r.Cells[head] }

// types are the kinds of questions that XLSForm knows, besides selects, groups and repeats.
var types = strings.Fields(`text string note integer int decimal date time datetime dateTime geopoint gps location geotrace geoshape image photo audio video file barcode range calculate hidden acknowledge trigger
rank xml-external csv-external start end today deviceid device_id imei phonenumber phone_number username subscriberid simserial sim_id uri email start-geopoint background-audio background-geopoint audit percentage osm entity
start_time end_time osm_way signature draw tel`)

var (
	nameForm  = regexp.MustCompile(`^[\p{L}_:][\p{L}\p{N}_.\-:]*$`)
	reference = regexp.MustCompile(`\$\{\s*(?:last-saved#)?([^}\s]+)\s*\}`)
)

// formulas are the columns that name other questions.
var formulas = []string{"relevant", "constraint", "calculation", "repeat_count", "choice_filter", "required"}

// Read reads a form and says what is wrong with it by the rules of XLSForm.
// Invalid: it is no workbook, or it has no survey. TooLarge: it holds more than is read.
func Read(b []byte) (f Form, bad []Line, err error) {
	if len(b) > MaxBytes {
		return f, nil, fault.New(fault.TooLarge, "", fault.Args{"limit": MaxBytes})
	}
	if bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")) {
		return f, nil, fault.New(fault.Invalid, "xlsform.error.old", nil)
	}
	grids, err := workbook.Open(bytes.NewReader(b), int64(len(b)), limits)
	switch {
	case errors.Is(err, workbook.ErrTooLarge):
		return f, nil, fault.New(fault.TooLarge, "xlsform.error.large", nil)
	case err != nil:
		return f, nil, fault.New(fault.Invalid, "xlsform.error.format", nil)
	}
	f = Form{Settings: map[string]string{}, Choices: map[string][]Row{}, Others: map[string][]Row{}}
	found := map[string]bool{}
	for i := range grids {
		name := strings.ToLower(strings.TrimSpace(grids[i].Name))
		rows := rowsOf(&grids[i])
		found[name] = true
		switch name {
		case "survey":
			f.Survey = rows
		case "choices":
			for _, r := range rows {
				list := first(r, "list_name", "list name")
				f.Choices[list] = append(f.Choices[list], r)
			}
		case "settings":
			if len(rows) > 0 {
				f.Settings = rows[0].Cells
			}
		case blockSheet:
			f.Others[name] = rows
		}
	}
	if !found["survey"] {
		return f, nil, fault.New(fault.Invalid, "xlsform.error.no_survey", nil)
	}
	return f, f.check(found["choices"], found["external_choices"]), nil
}

func first(r Row, heads ...string) string {
	for _, h := range heads {
		if v := r.Get(h); v != "" {
			return v
		}
	}
	return ""
}

// rowsOf reads a sheet below its head; rows without any cell are left out.
func rowsOf(g *workbook.Grid) (out []Row) {
	var heads []string
	for i, cells := range g.Rows {
		if heads == nil {
			for _, c := range cells {
				heads = append(heads, head(c.Text))
			}
			if strings.Join(heads, "") == "" {
				heads = nil
			}
			continue
		}
		r := Row{N: i + 1, Cells: map[string]string{}, heads: heads}
		for j, c := range cells {
			if s := strings.TrimSpace(c.Text); s != "" && j < len(heads) && heads[j] != "" {
				r.Cells[heads[j]] = s
			}
		}
		if len(r.Cells) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// head brings the head of a column to one form: "Label : English" is "label::English".
func head(s string) string {
	kind, language, ok := strings.Cut(s, ":")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !ok {
		return kind
	}
	if language = strings.TrimSpace(strings.TrimPrefix(language, ":")); kind == "merida" {
		language = strings.ToLower(language)
	}
	return kind + "::" + language
}

// kind is the type of a row in one form, with the list that a select takes its choices from.
func kind(r Row) (kind, list string) {
	t := strings.Join(strings.Fields(r.Get("type")), " ")
	for _, x := range []struct{ begins, is string }{
		{"select_one_external", "external"}, {"select_one_from_file", "file"}, {"select_multiple_from_file", "file"},
		{"select_one ", "select_one"}, {"select one from ", "select_one"}, {"select one ", "select_one"}, {"select1 ", "select_one"}, {"add select one prompt using ", "select_one"},
		{"select_multiple ", "select_multiple"}, {"select all that apply from ", "select_multiple"}, {"select all that apply ", "select_multiple"}, {"select_multiple_from ", "select_multiple"}, {"select multiple from ", "select_multiple"}, {"select ", "select_multiple"}, {"rank ", "rank"}, {"osm ", "osm"}, {"add select multiple prompt using ", "select_multiple"},
	} {
		if rest, ok := cutFold(t, x.begins); ok {
			list, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
			return x.is, list
		}
	}
	switch low := strings.ReplaceAll(strings.ToLower(t), " ", "_"); low {
	case "begin_group", "end_group", "begin_repeat", "end_repeat", "begin_loop", "end_loop":
		return low, ""
	default:
		if rest, ok := strings.CutPrefix(low, "begin_loop_over_"); ok {
			return "begin_loop", rest
		}
		if low == "begin_lgroup" || low == "end_lgroup" {
			return strings.Replace(low, "lgroup", "group", 1), ""
		}
		return low, ""
	}
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func knownType(k string) bool {
	return slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, k) }) ||
		slices.ContainsFunc(types, func(t string) bool {
			return strings.EqualFold(strings.ReplaceAll(t, "_", ""), strings.ReplaceAll(k, "_", ""))
		}) ||
		strings.HasPrefix(k, "get_") || strings.HasPrefix(k, "add_") ||
		strings.HasPrefix(k, "db:") || strings.HasPrefix(k, "uri:") // of tools that build on XLSForm
}

// check says what is wrong with a form by the rules of XLSForm.
func (f *Form) check(choices, external bool) (bad []Line) {
	say := func(r Row, key string, args ...any) {
		l := Line{Sheet: "survey", Row: r.N, Name: r.Get("name"), Key: "xlsform.error." + key, Args: fault.Args{}}
		for i := 0; i+1 < len(args); i += 2 {
			l.Args[args[i].(string)] = args[i+1]
		}
		bad = append(bad, l)
	}
	type scope struct {
		kind  string
		row   Row
		names map[string]bool
	}
	open := []scope{{names: map[string]bool{}}}
	names := map[string]bool{}
	needs := map[string][]string{}
	for _, r := range f.Survey {
		k, list := kind(r)
		if off := strings.ToLower(r.Get("disabled")); off == "yes" || off == "true" {
			continue
		}
		switch {
		case k == "" && first(r, "name", "label") == "" || strings.HasPrefix(r.Get("type"), "#"):
			continue // a remark of whoever made the form
		case k == "":
			say(r, "no_type")
			continue
		case strings.HasPrefix(k, "end_") && k != "end_time":
			if top := open[len(open)-1]; len(open) == 1 || strings.TrimPrefix(top.kind, "begin_") != strings.TrimPrefix(k, "end_") {
				say(r, "end")
			} else {
				open = open[:len(open)-1]
			}
			continue
		case k == "select_one" || k == "select_multiple" || k == "rank":
			if strings.HasPrefix(list, "${") {
				break
			}
			if _, ok := f.Choices[list]; !ok {
				if !choices {
					say(r, "no_choices")
				} else {
					say(r, "no_list", "list", list)
				}
			}
		case k == "external" && !external:
			say(r, "no_choices")
		case k == "external", k == "file", k == "osm", strings.HasPrefix(k, "begin_"):
		case !knownType(k):
			say(r, "type", "type", r.Get("type"))
		}
		name := r.Get("name")
		switch {
		case name == "" && (k == "note" || strings.HasPrefix(k, "begin_")):
			name = fmt.Sprintf("row_%d", r.N)
		case name == "":
			say(r, "no_name")
		case !nameForm.MatchString(name):
			say(r, "name", "name", name)
		}
		if top := open[len(open)-1]; name != "" && top.names[strings.ToLower(name)] {
			say(r, "name_twice", "name", name)
		} else {
			top.names[strings.ToLower(name)] = true
		}
		names[name] = true
		if strings.HasPrefix(k, "begin_") {
			open = append(open, scope{k, r, map[string]bool{}})
		}
		for _, m := range reference.FindAllStringSubmatch(r.Get("relevant"), -1) {
			needs[name] = append(needs[name], m[1])
		}
	}
	for _, s := range open[1:] {
		say(s.row, "no_end")
	}
	for _, r := range f.Survey {
		for _, column := range formulas {
			for _, m := range reference.FindAllStringSubmatch(r.Get(column), -1) {
				if !names[m[1]] {
					say(r, "reference", "name", m[1], "column", column)
				}
			}
		}
	}
	if at := circle(needs); at != "" {
		for _, r := range f.Survey {
			if r.Get("name") == at {
				say(r, "circle", "name", at)
				break
			}
		}
	}
	return append(bad, f.checkChoices()...)
}

// checkChoices finds codes that stand twice in a list. A form may say that it means that.
func (f *Form) checkChoices() (bad []Line) {
	if s := strings.ToLower(f.Settings["allow_choice_duplicates"]); s == "yes" || s == "true" {
		return nil
	}
	for list, rows := range f.Choices {
		seen := map[string]bool{}
		for _, r := range rows {
			code := first(r, "name", "value")
			if code != "" && list != "" && seen[code] {
				bad = append(bad, Line{"choices", r.N, code, "xlsform.error.choice_twice", fault.Args{"name": code, "list": list}})
			}
			seen[code] = true
		}
	}
	slices.SortFunc(bad, func(a, b Line) int { return a.Row - b.Row })
	return bad
}

// circle names a question whose condition depends, over others, on itself; "" when there is none.
func circle(needs map[string][]string) string {
	const (
		fresh = iota
		open
		done
	)
	state := map[string]int{}
	var walk func(string) string
	walk = func(n string) string {
		switch state[n] {
		case open:
			return n
		case done:
			return ""
		}
		state[n] = open
		for _, m := range needs[n] {
			if at := walk(m); at != "" {
				return at
			}
		}
		state[n] = done
		return ""
	}
	var all []string
	for n := range needs {
		all = append(all, n)
	}
	slices.Sort(all)
	for _, n := range all {
		if at := walk(n); at != "" {
			return at
		}
	}
	return ""
}
