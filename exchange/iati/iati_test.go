package iati_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/exchange"
	"merida/exchange/iati"
	"merida/fault"
	"merida/identity"
	"merida/internal/testkit"
	"merida/store"
	"merida/store/postgres"
	"merida/store/sqlite"
)

var operator = identity.OperatorActor()

func newImporter(t testing.TB) *iati.Importer {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	return importerOn(t, db)
}

func importerOn(t testing.TB, db store.DB) *iati.Importer {
	t.Helper()
	t.Cleanup(func() { db.Close() })
	ps, err1 := directory.Load()
	ls, err2 := codelist.Load()
	cs, err3 := convention.Load()
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	return &iati.Importer{Store: store.Assistance{DB: db}, Parties: ps, Lists: ls, Conventions: cs, Now: func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }}
}

// lines imports and gives each line as "line record outcome reason".
func lines(t testing.TB, im *iati.Importer, r io.Reader) (out []string, rep exchange.Report, err error) {
	t.Helper()
	rep, err = im.Import(t.Context(), operator, "f.xml", r, nil, func(l exchange.Line) {
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf("%d %s %s %s", l.N, l.Record, l.Outcome, l.Reason.Key)), " "))
		if l.Outcome == exchange.Refused != (l.Reason.Key != "") {
			t.Errorf("outcome and reason do not agree: %+v", l)
		}
	})
	if rep.Records != len(out) {
		t.Errorf("%d records reported, %d lines", rep.Records, len(out))
	}
	return out, rep, err
}

func open(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := strings.TrimSpace(fmt.Sprint(got)), fmt.Sprint(want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

func byIATI(t *testing.T, im *iati.Importer, id string) assistance.Activity {
	t.Helper()
	as, err := im.Store.ActivitiesByIATI(t.Context(), identity.Sight{}, id)
	if err != nil || len(as) != 1 {
		t.Fatalf("%s: %d records, %v", id, len(as), err)
	}
	return as[0]
}

func maps(ms []assistance.Mapping) (out []string) {
	for _, m := range ms {
		out = append(out, string(m.Provision)+m.Form+" "+string(m.Status)+" "+m.Reasons[0].Key)
	}
	return out
}

func TestAFileComesInAndAgainAndNewer(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { comesIn(t, newImporter(t)) })
	t.Run("postgres", func(t *testing.T) {
		testkit.Need(t, "postgres")
		db, err := postgres.Open(t.Context(), testkit.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		comesIn(t, importerOn(t, db))
	})
}

func comesIn(t *testing.T, im *iati.Importer) {
	first := open(t, "testdata/first.xml")
	got, _, err := lines(t, im, iotest.OneByteReader(bytes.NewReader(first)))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "first", got, []string{"4 QX-EXAMPLE-001 accepted", "43 QX-EXAMPLE-002 accepted", "50 QX-EXAMPLE-003 refused iati.refused.title"})

	a := byIATI(t, im, "QX-EXAMPLE-001")
	same(t, "record", fmt.Sprintln(a.Source, a.Class, a.Rev, a.From, a.To, a.LastUpdated.Format(time.RFC3339Nano), a.Language, a.Currency, a.Status, a.Scope),
		"iati public 1 2026-01-15 2027-12-31 2026-03-01T05:30:00.123456Z en EUR 2 4")
	same(t, "titles", a.Titles.Plain(), map[string]string{"en": "Support to the anti-corruption body & training of its staff", "fr": "Appui à l'organe de prévention"})
	same(t, "reporter", a.Reporter.Name.Plain(), map[string]string{"en": "Example Fund", "fr": "Fonds d'exemple"})
	same(t, "recipients", fmt.Sprint(a.Recipients), "[{QM 80 activity map[]} {QN  transaction map[]}]")
	same(t, "orgs", fmt.Sprintln(len(a.Orgs), a.Orgs[1].Activity, a.Places[0].Point, a.Budgets[0].Money, a.Contacts[0].Emails), "2 QX-OTHER-9 1.5 2.5 {1000.50 EUR 2026-01-01} [a@fund.example]")
	same(t, "transactions", fmt.Sprintln(len(a.Transactions), a.Transactions[0].Money, a.Transactions[0].On == "", a.Transactions[0].Provider.Activity, a.Transactions[0].Sectors[0].Code, a.Transactions[1].Money.Value == ""),
		"2 {-196.00  2026-02-01} true QX-EXAMPLE-000 151 true")
	same(t, "documents", fmt.Sprintln(a.Documents[0].URL, a.Documents[0].Categories, a.Related[0].Identifier, a.Results[0].Title.Pick("en")), "https://fund.example/d.pdf [A01] QX-EXAMPLE-000 Law in force")
	same(t, "provisions", maps(a.Provisions), []string{"uncac/art_6 proposed iati.reason.sector", "uncac/art_36 proposed iati.reason.sector", "uncac/art_5 proposed iati.reason.word", "uncac/art_33 proposed iati.reason.word"})
	same(t, "forms", maps(a.Forms), []string{"legislative-drafting proposed iati.reason.word", "training proposed iati.reason.word"})
	o, err := im.Store.Original(t.Context(), identity.Sight{}, a.ID)
	if err != nil || !bytes.Contains(first, o.XML) || !bytes.HasPrefix(o.XML, []byte("<iati-activity ")) || !bytes.HasSuffix(o.XML, []byte("</iati-activity>")) || o.Namespaces != `xmlns:x="https://ns.example"` || o.Version != "2.03" {
		t.Errorf("original %+v, %v", o, err)
	}
	b := byIATI(t, im, "QX-EXAMPLE-002")
	same(t, "second", fmt.Sprintln(b.Secondary, b.Recipients[0].Party, len(b.Provisions), len(b.Forms), b.Titles.Tags()), "true ZZ 0 0 [und]")

	got, _, err = lines(t, im, bytes.NewReader(first))
	same(t, "again", got, []string{"4 QX-EXAMPLE-001 unchanged", "43 QX-EXAMPLE-002 unchanged", "50 QX-EXAMPLE-003 refused iati.refused.title"})
	same(t, "error", err, nil)
	got, _, err = lines(t, im, bytes.NewReader(open(t, "testdata/second.xml")))
	same(t, "newer", got, []string{"2 QX-EXAMPLE-001 updated", "5 QX-EXAMPLE-002 unchanged"})
	same(t, "error", err, nil)
	a = byIATI(t, im, "QX-EXAMPLE-001")
	same(t, "updated", fmt.Sprintln(a.Rev, a.Titles.Plain(), len(a.Transactions), maps(a.Provisions), maps(a.Forms)),
		"2 map[es:Recuperación de activos] 0 [uncac/art_11 proposed iati.reason.word uncac/art_51 proposed iati.reason.word] [training proposed iati.reason.word]")
	got, _, _ = lines(t, im, bytes.NewReader(first))
	same(t, "older", got[0], "4 QX-EXAMPLE-001 unchanged")
}

func act(id, more string) string {
	return `<iati-activity><iati-identifier>` + id + `</iati-identifier><reporting-org ref="QX"/><title><narrative>T</narrative></title>` + more + "</iati-activity>\n"
}

func dated(id, on string) string {
	return `<iati-activity last-updated-datetime="` + on + `">` + strings.TrimSuffix(strings.TrimPrefix(act(id, ""), "<iati-activity>"), "\n")
}

const root, end = `<iati-activities version="2.03">`, `</iati-activities>`

// hostile files: what the file as a whole gives, or what each record does.
var hostile = []struct {
	name, file, fault string
	want              []string
}{
	{"empty", "", "iati.error.empty", nil},
	{"no xml", "id,title\n1,2\n", "iati.error.not_xml", nil},
	{"spreadsheet", "PK\x03\x04\x14\x00", "iati.error.not_xml", nil},
	{"zero bytes", "\x00\x00\x00\x00", "iati.error.encoding", nil},
	{"utf-16", "\xff\xfe<\x00i\x00", "iati.error.encoding", nil},
	{"latin 1", `<?xml version="1.0" encoding="ISO-8859-1"?>` + root + end, "iati.error.encoding", nil},
	{"organisations", `<iati-organisations version="2.03"/>`, "iati.error.organisations", nil},
	{"other root", `<result><iati-activities version="2.03"/></result>`, "iati.error.root", nil},
	{"other namespace", `<iati-activities xmlns="https://x.example" version="2.03"/>`, "iati.error.root", nil},
	{"1.05", `<iati-activities version="1.05">` + end, "iati.error.version", nil},
	{"no version", `<iati-activities>` + end, "iati.error.version", nil},
	{"doctype", `<!DOCTYPE iati-activities [<!ENTITY a "b">]>` + root + end, "iati.error.doctype", nil},
	{"external entity", `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>` + root + act("&x;", "") + end, "iati.error.doctype", nil},
	{"many laughs", `<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + root + act("&b;", "") + end, "iati.error.doctype", nil},
	{"elements", root + act("a", strings.Repeat("<b/>", 50_000)) + act("b", strings.Repeat("<b/>", 49_990)) + end, "", []string{"1 a refused iati.refused.elements", "2 b accepted"}},
	{"long identifier", root + act(strings.Repeat("a", 256), "") + act(strings.Repeat("b", 255), "") + end, "", []string{"1 " + strings.Repeat("a", 200) + "… refused iati.refused.long", "2 " + strings.Repeat("b", 200) + "… accepted"}},
	{"comment with a record", root + "<!-- " + strings.Repeat("x", 70<<10) + act("a", "") + "-->" + act("b", "") + end, "", []string{"2 b accepted"}},
	{"large before another", root + "<iati-activity><iati-identifier>a</iati-identifier><b>" + strings.Repeat("x", 1<<20) + "</b></iati-activity\n>" + act("b", "") + end, "", []string{"1 a refused iati.refused.size", "2 b accepted"}},
	{"stylesheet", `<?xml version="1.0"?><?xml-stylesheet href="x"?>` + root + end, "iati.error.instruction", nil},
	{"late doctype", root + act("a", "") + `<!DOCTYPE x>` + act("b", "") + end, "iati.error.doctype", []string{"1 a accepted"}},
	{"root only", root + end, "", nil},
	{"empty root", `<iati-activities version="2.03" />`, "", nil},
	{"byte order mark", "\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- < --> " + root + act("a", "") + end + "<!-- end -->\n", "", []string{"2 a accepted"}},
	{"broken off", root + "\n" + act("a", "") + `<iati-activity><iati-identifier>b</iati-identifier><titl`, "", []string{"2 a accepted", "3 b refused iati.refused.broken_off"}},
	{"no end", root + act("a", ""), "", []string{"1 a accepted", "2 refused iati.refused.broken_off"}},
	{"two files", root + act("a", "") + end + root + act("b", "") + end, "", []string{"1 a accepted", "2 refused iati.refused.after_end"}},
	{"unclosed", root + "\n<iati-activity><iati-identifier>a</iati-identifier>\n" + act("b", "") + end, "", []string{"2 a refused iati.refused.unclosed", "3 b accepted"}},
	{"unclosed last", root + "\n<iati-activity><iati-identifier>a</iati-identifier>" + end, "", []string{"2 a refused iati.refused.unclosed"}},
	{"crossed", root + act("a", "<b><c></b></c>") + act("b", "") + end, "", []string{"1 a refused iati.refused.xml", "2 b accepted"}},
	{"entity", root + act("a", "<b>&lol;</b>") + end, "", []string{"1 a refused iati.refused.xml"}},
	{"no such character", root + act("a", "<b>&#0;</b>") + end, "", []string{"1 a refused iati.refused.xml"}},
	{"bare ampersand", root + act("a", "<b>a & b</b>") + end, "", []string{"1 a refused iati.refused.xml"}},
	{"inner doctype", root + act("a", "<!ENTITY x>") + act("b", "") + end, "", []string{"1 a refused iati.refused.doctype", "2 b accepted"}},
	{"inner instruction", root + act("a", "<?php ?>") + act("b", "") + end, "", []string{"1 a refused iati.refused.instruction", "2 b accepted"}},
	{"not utf-8", root + act("a", "<b>\xe9</b>") + act("b", "") + end, "", []string{"1 a refused iati.refused.utf8", "2 b accepted"}},
	{"deep", root + act("a", strings.Repeat("<b>", 31)+strings.Repeat("</b>", 31)) + act("b", strings.Repeat("<b>", 30)+strings.Repeat("</b>", 30)) + end, "", []string{"1 a refused iati.refused.depth", "2 b accepted"}},
	{"attributes", root + act("a", "<b"+attributes(65)+"/>") + act("b", "<b"+attributes(64)+"/>") + end, "", []string{"1 a refused iati.refused.attributes", "2 b accepted"}},
	{"large", root + act("a", "<b>\n"+strings.Repeat("x", 1<<20)+"</b>") + act("b", "") + end, "", []string{"1 a refused iati.refused.size", "3 b accepted"}},
	{"large in pieces", root + act("a", strings.Repeat("<b/>", 300_000)) + act("b", "") + end, "", []string{"1 a refused iati.refused.size", "2 b accepted"}},
	{"comment without end", root + act("a", "<!-- ") + act("b", strings.Repeat("x", 1<<20)) + act("c", "") + end, "", []string{"1 a refused iati.refused.size", "2 b refused iati.refused.size", "3 c accepted"}},
	{"quote without end", root + act("a", `<b c="x></b>`) + act("b", "") + end, "", []string{"1 a refused iati.refused.xml", "2 b accepted"}},
	{"start tag without end", root + "\n<iati-activity a=\"" + `><iati-identifier>a</iati-identifier></iati-activity>` + act("b", "") + end, "", []string{"2 a refused iati.refused.xml", "2 b accepted"}},
	{"long start tag", root + `<iati-activity a="` + strings.Repeat("x", 70<<10) + `"><iati-identifier>a</iati-identifier></iati-activity>` + act("b", "") + end, "", []string{"1 refused iati.refused.xml", "1 b accepted"}},
	{"attribute twice", root + act("a", `<b c="" c=""/>`) + end, "", []string{"1 a refused iati.refused.xml"}},
	{"hidden end", root + act("a", "<!-- </iati-activity> --><b><![CDATA[</iati-activity>]]></b>") + act("b", "") + end, "", []string{"1 a accepted", "2 b accepted"}},
	{"the same twice", root + act("a", "") + act("b", "") + act("a", "<b/>") + act("b", "") + end, "", []string{"1 a accepted", "2 b accepted", "3 a refused iati.refused.twice", "4 b unchanged"}},
	{"a newer one further down", root + dated("a", "2026-01-01") + dated("a", "2026-02-01") + dated("a", "2026-02-01Z") + end, "", []string{"1 a accepted", "1 a updated", "1 a refused iati.refused.twice"}},
	{"an older one further down", root + dated("a", "2026-02-01") + dated("a", "2026-01-01") + end, "", []string{"1 a accepted", "1 a unchanged"}},
	{"no identifier", root + `<iati-activity/>` + act("  ", "") + end, "", []string{"1 refused iati.refused.identifier", "1 refused iati.refused.identifier"}},
	{"no reporter", root + `<iati-activity><iati-identifier>a</iati-identifier><title><narrative>T</narrative></title></iati-activity>` + end, "", []string{"1 a refused iati.refused.reporter"}},
	{"other namespaces", root + `<x:iati-activity>` + act("a", `<title xmlns="https://x.example"><narrative>U</narrative></title>`) + `</x:iati-activity>` + end, "", []string{"1 a accepted"}},
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	return b.String()
}

func TestHostileFiles(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			for pass, r := range []io.Reader{strings.NewReader(h.file), iotest.HalfReader(strings.NewReader(h.file))} {
				got, _, err := lines(t, newImporter(t), r)
				key := ""
				var f *fault.Error
				if errors.As(err, &f) {
					key = f.MessageKey()
				} else if err != nil {
					t.Fatal(err)
				}
				same(t, fmt.Sprint("fault ", pass), key, h.fault)
				same(t, fmt.Sprint("lines ", pass), got, h.want)
			}
		})
	}
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	im := newImporter(t)
	var b strings.Builder
	b.WriteString(root)
	for i := range 250 {
		b.WriteString(act(fmt.Sprint("a", i), ""))
	}
	b.WriteString(act("a3", "<b/>") + end) // in another batch than the first a3
	for _, want := range []map[exchange.Outcome]int{{exchange.Accepted: 250, exchange.Refused: 1}, {exchange.Unchanged: 250, exchange.Refused: 1}} {
		_, rep, err := lines(t, im, strings.NewReader(b.String()))
		same(t, "error", err, nil)
		same(t, "counts", rep.Count, want)
	}
}

func TestWhoMayImportAndWhatEndsIt(t *testing.T) {
	im := newImporter(t)
	if _, err := im.Import(t.Context(), identity.Actor{Account: "a", Role: identity.FocalPoint, Party: "QM"}, "f", strings.NewReader(root+end), nil, nil); !fault.Is(err, fault.Denied) {
		t.Errorf("a focal point: %v", err)
	}
	broken := errors.New("the disk is gone")
	if _, err := im.Import(t.Context(), operator, "f", io.MultiReader(strings.NewReader(root+act("a", "")), iotest.ErrReader(broken)), nil, nil); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
}

func corpora(t testing.TB, pattern string) []string {
	t.Helper()
	dir := os.Getenv("MERIDA_CORPORA")
	if dir == "" {
		t.Skip("MERIDA_CORPORA names no folder of real files")
	}
	names, err := filepath.Glob(filepath.Join(dir, "iati", pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return names
}

func TestRealFiles(t *testing.T) {
	names := corpora(t, "activities/*.xml")
	im := newImporter(t)
	ids := map[string]bool{}
	var first, again exchange.Report
	remarks := map[string]int{}
	mapped := 0
	for _, name := range names {
		b := open(t, name)
		for _, total := range []*exchange.Report{&first, &again} {
			if _, err := im.Import(t.Context(), operator, filepath.Base(name), bytes.NewReader(b), nil, func(l exchange.Line) {
				total.Add(l)
				ids[l.Record] = true
				for _, r := range l.Remarks {
					remarks[r.Key]++
				}
				if l.Outcome == exchange.Refused {
					t.Logf("%s:%d %s %s %v", l.File, l.N, l.Record, l.Reason.Key, l.Reason.Args)
				}
			}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	as, n, err := im.Store.FindActivities(t.Context(), identity.Sight{}, assistance.ActivityFilter{Provisions: []convention.ID{"uncac/art_6"}, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range as {
		mapped += len(a.Provisions)
	}
	t.Logf("first %v, again %v, remarks %v; %d with article 6 proposed", first.Count, again.Count, remarks, n)
	if first.Records != 3083 || len(ids) != 2910 || n == 0 || mapped < n {
		t.Errorf("%d activities, %d identifiers, %d under article 6", first.Records, len(ids), n)
	}
	if again.Records != 3083 || again.Count[exchange.Accepted]+again.Count[exchange.Updated] != 0 || again.Count[exchange.Refused] != first.Count[exchange.Refused] {
		t.Errorf("the second import says %v", again.Count)
	}
}

func TestOtherRealFiles(t *testing.T) {
	files := slices.Concat(corpora(t, "validator/*/*"), corpora(t, "validator/*/*/*"), corpora(t, "legacy/*"), corpora(t, "organisations/*"))
	im := newImporter(t)
	read, refused := 0, 0
	for _, name := range files {
		if info, err := os.Stat(name); err != nil || info.IsDir() {
			continue
		}
		_, rep, err := lines(t, im, bytes.NewReader(open(t, name)))
		switch {
		case err == nil:
			read += rep.Records
		case fault.KindOf(err) != fault.Invalid:
			t.Errorf("%s: %v", name, err)
		default:
			refused++
		}
		if strings.Contains(name, "/legacy/") || strings.Contains(name, "/organisations/") {
			if err == nil {
				t.Errorf("%s was taken in", name)
			}
		}
	}
	t.Logf("%d records, %d files refused", read, refused)
}
