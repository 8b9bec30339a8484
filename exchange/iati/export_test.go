package iati_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"merida/assistance"
	"merida/convention"
	"merida/exchange"
	"merida/exchange/iati"
	"merida/identity"
	"merida/lang"
)

func exporter(im *iati.Importer) *iati.Exporter {
	return &iati.Exporter{Store: im.Store, Parties: im.Parties, BaseURL: "https://merida.example", Now: im.Now}
}

func export(t *testing.T, im *iati.Importer) (string, iati.Written) {
	t.Helper()
	var b bytes.Buffer
	w, err := exporter(im).Export(t.Context(), &b, assistance.ActivityFilter{}, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), w
}

// validate holds a file against the official schema, where the folder of real files has it.
func validate(t *testing.T, file string) {
	t.Helper()
	dir := os.Getenv("MERIDA_CORPORA")
	if dir == "" {
		t.Log("not held against the schema: MERIDA_CORPORA does not name the folder that has it")
		return
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Log("not held against the schema: xmllint is not installed")
		return
	}
	name := filepath.Join(t.TempDir(), "export.xml")
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(lint, "--noout", "--schema", filepath.Join(dir, "iati", "schema", "2.03", "iati-activities-schema.xsd"), name).CombinedOutput()
	if err != nil {
		t.Errorf("xmllint: %v\n%.3000s", err, out)
	}
}

// all but the first and last lines of a report must be of one outcome.
func outcomes(got []string, n int, outcome string) error {
	if len(got) != n {
		return fmt.Errorf("%d records, want %d", len(got), n)
	}
	for _, l := range got {
		if !strings.Contains(l, " "+outcome) {
			return fmt.Errorf("%s, want %s", l, outcome)
		}
	}
	return nil
}

const old = `<iati-activities version="2.01" xmlns:x="urn:x-test" xml:lang="fr"><iati-activity default-currency="EUR" x:batch="7" odd="1">
<x:note x:kind="n">Kept <x:b>as it</x:b> stands &amp; whole</x:note>
<title><narrative>Titre</narrative></title>
<iati-identifier>QX-1</iati-identifier><reporting-org ref="QX" type="21"><narrative>Q</narrative></reporting-org>
<activity-date type="1" iso-date="2024-01-31T10:00:00"/>
<description type="1"><narrative xml:lang="en">What is done</narrative><narrative>Ce qui est fait</narrative></description>
<participating-org role="1" ref="QX"/>
<activity-status code="2"/>
<conditions attached="1"><condition type="1"><narrative>Condition</narrative></condition></conditions>
<recipient-country code="KE"/>
<sector code="15113" percentage="100"/>
<budget><value currency="EUR" value-date="2024-01-01">10</value><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/></budget>
<budget><value currency="EUR">10</value><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/></budget>
<document-link url="https://qx.example/a b" format="text/html"><title><narrative>Doc</narrative></title><category code="A01"/></document-link>
<mystery>What no schema knows</mystery>
</iati-activity></iati-activities>`

// An activity of 2.01 with foreign elements goes out as valid 2.03, with what people confirmed, comes back as
// unchanged, and comes into another instance whole, with the confirmed mappings.
func TestExportAndBack(t *testing.T) {
	im := newImporter(t)
	if _, _, err := lines(t, im, strings.NewReader(old)); err != nil {
		t.Fatal(err)
	}
	ls := &assistance.Service{Store: im.Store, Terms: assistance.Terms{Conventions: im.Conventions, Lists: im.Lists}, Now: im.Now}
	officer := identity.Actor{Account: "o", Name: "Officer", Role: identity.Officer}
	a := byIATI(t, im, "QX-1")
	ctx := t.Context()
	for _, err := range []error{ls.Map(ctx, officer, a.ID, "uncac/art_9/para_2/point_d", "", assistance.Confirmed), ls.Map(ctx, officer, a.ID, "", "training", assistance.Confirmed),
		ls.Map(ctx, officer, a.ID, "uncac/art_36", "", assistance.Rejected)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	provider := identity.Actor{Account: "p", Name: "Provider", Role: identity.Provider, Organisation: "XM-TEST-1"}
	draft := assistance.ActivityDraft{Content: assistance.Content{Titles: lang.Text{"en": {S: "Courses"}, "ar": {S: "دورات"}}, Status: "2", Cooperation: assistance.Triangular, Currency: "EUR",
		Dates: []assistance.Date{{Type: "2", On: "2026-01-01"}}, Recipients: []assistance.Recipient{{Party: "KE"}, {Party: "GH"}}, Orgs: []assistance.Org{{Ref: "XM-TEST-1", Role: "1", Name: lang.T("en", "Test fund")}},
		Budgets: []assistance.Budget{{Type: "1", Status: "1", From: "2026-01-01", To: "2026-12-31", Money: assistance.Money{Value: "10.50", Currency: "EUR", On: "2026-01-01"}}}},
		Provisions: []convention.ID{"uncac/art_52/para_1", "uncac/art_5"}, Forms: []string{"legal-advice"}}
	made, err := ls.RecordActivity(ctx, provider, draft)
	if err != nil {
		t.Fatal(err)
	}
	undated := draft
	undated.Dates = nil
	if _, err := ls.RecordActivity(ctx, provider, undated); err != nil {
		t.Fatal(err)
	}
	own := identity.Actor{Account: "c", Name: "Contact", Role: identity.ContactPoint, Party: "KE"}
	if _, err := ls.RecordActivity(ctx, own, draft); err != nil {
		t.Fatal(err)
	}

	file, w := export(t, im)
	validate(t, file)
	if w.Records != 2 || w.Left != 1 {
		t.Errorf("%d written and %d left out, want 2 and the one without a date\n%s", w.Records, w.Left, file)
	}
	var left []string
	for _, l := range w.LeftOut {
		left = append(left, strings.TrimPrefix(l.Path, "iati-activity")+" "+strings.TrimPrefix(l.Reason.Key, "iati.left."))
	}
	slices.Sort(left)
	same(t, "left out", left, []string{" missing", " record", "/@odd attribute", "/budget missing", "/budget/value missing", "/mystery element"})
	for _, s := range []string{`<x:note x:kind="n">Kept <x:b>as it</x:b> stands &amp; whole</x:note>`, `x:batch="7"`, `xmlns:x="urn:x-test"`, `<conditions attached="1">`, `xml:lang="fr"`, `url="https://qx.example/a%20b"`, `iso-date="2024-01-31"`,
		`vocabulary="99" vocabulary-uri="https://merida.example/api/v1/conventions/uncac" code="uncac/art_9/para_2/point_d"`, `vocabulary="98" vocabulary-uri="https://merida.example/api/v1/codelists/ta-form" code="training"`, `<tag code="triangular"`, `دورات`} {
		if !strings.Contains(file, s) {
			t.Errorf("the file lacks %s\n%s", s, file)
		}
	}
	if strings.Contains(file, "art_36") || strings.Contains(file, "KE-MERIDA") {
		t.Error("what was rejected, or is a State's own, went out")
	}
	if strings.Index(file, "<x:note") < strings.Index(file, "<conditions") {
		t.Error("foreign elements do not stand last")
	}

	got, _, err := lines(t, im, strings.NewReader(file))
	if err != nil || outcomes(got, 2, "unchanged") != nil {
		t.Errorf("the same instance: %v %v", outcomes(got, 2, "unchanged"), err)
	}
	// Another program may lay the file out anew.
	spread := strings.ReplaceAll(file, "><", ">\n   <")
	if got, _, err = lines(t, im, strings.NewReader(spread)); err != nil || outcomes(got, 2, "unchanged") != nil {
		t.Errorf("the same instance, laid out anew: %v %v", got, err)
	}
	if got, _, err = lines(t, im, strings.NewReader(strings.Replace(file, ">Courses<", ">Other courses<", 2))); err != nil || !strings.Contains(fmt.Sprint(got), "refused iati.refused.kept") {
		t.Errorf("a record that is kept here was changed by a file: %v %v", got, err)
	}
	if again, _ := export(t, im); again != file {
		t.Error("the second export differs from the first")
	}

	other := newImporter(t)
	if got, _, err = lines(t, other, strings.NewReader(file)); err != nil || outcomes(got, 2, "accepted") != nil {
		t.Fatalf("another instance: %v %v", got, err)
	}
	b := byIATI(t, other, "QX-1")
	same(t, "mappings", mapped(b), "[uncac/art_9/para_2/point_d training]")
	same(t, "sectors", len(b.Sectors), 1)
	c := byIATI(t, other, "XM-TEST-1-"+string(made))
	same(t, "mappings of the record made here", mapped(c), "[uncac/art_5 uncac/art_52/para_1 legal-advice]")
	same(t, "the record made here", fmt.Sprintln(c.Cooperation, c.Titles["ar"].S, c.Budgets[0].Money.Value, c.From), "triangular دورات 10.50 2026-01-01")
	onward, _ := export(t, other)
	validate(t, onward)
	for _, s := range []string{"Kept <x:b>as it</x:b>", "uncac/art_9/para_2/point_d"} {
		if strings.Count(onward, s) != 1 {
			t.Errorf("the second instance writes %s %d times", s, strings.Count(onward, s))
		}
	}
	if got, _, err = lines(t, other, strings.NewReader(onward)); err != nil || outcomes(got, 2, "unchanged") != nil {
		t.Errorf("the second instance: %v %v", got, err)
	}
}

// mapped are the confirmed provisions and forms.
func mapped(a assistance.Activity) (out []string) {
	for _, m := range slices.Concat(a.Provisions, a.Forms) {
		if m.Status == assistance.Confirmed {
			out = append(out, string(m.Provision)+m.Form)
		}
	}
	return out
}

// Every real file, once taken in, goes out valid and comes back without a change.
func TestRealFilesGoOutAndComeBack(t *testing.T) {
	files := corpora(t, "activities/*.xml")
	if testing.Short() {
		t.Skip("short")
	}
	im := newImporter(t)
	for _, f := range files {
		if _, err := im.Import(t.Context(), operator, filepath.Base(f), bytes.NewReader(open(t, f)), nil, nil); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	file, w := export(t, im)
	validate(t, file)
	reasons := map[string]int{}
	for _, l := range w.LeftOut {
		reasons[l.Path+" "+l.Reason.Key]++
	}
	t.Logf("%d written, %d left out, %d bytes; %v", w.Records, w.Left, len(file), reasons)
	_, total, err := im.Store.FindActivities(t.Context(), identity.Sight{}, assistance.ActivityFilter{Limit: 1})
	if err != nil || w.Records+w.Left != total || w.Records < total*9/10 {
		t.Errorf("%d written and %d left of %d", w.Records, w.Left, total)
	}
	rep, err := im.Import(t.Context(), operator, "export.xml", strings.NewReader(file), nil, nil)
	if err != nil || rep.Count[exchange.Unchanged] != w.Records || rep.Records != w.Records {
		t.Errorf("back again: %+v %v", rep, err)
	}
}

// Snapshots of a publisher give the same records in whichever order they are named, none is refused, and the
// same set again changes nothing.
func TestSnapshotsInAnyOrder(t *testing.T) {
	snapshot := func(n int, title string) string {
		return fmt.Sprintf(`<iati-activities version="2.03" generated-datetime="2026-01-0%dT00:00:00Z"><iati-activity><iati-identifier>QX-1</iati-identifier><reporting-org ref="QX" type="21"/><title><narrative xml:lang="en">%s</narrative></title></iati-activity></iati-activities>`, n, title)
	}
	files := []string{snapshot(1, "First"), snapshot(3, "Third"), snapshot(2, "Second")}
	when := func(f string) string { return iati.Generated(strings.NewReader(f)).Format("2006-01-02") }
	newest := slices.SortedFunc(slices.Values(files), func(a, b string) int { return strings.Compare(when(b), when(a)) })
	same(t, "order", when(newest[0])+" "+when(newest[2]), "2026-01-03 2026-01-01")
	im := newImporter(t)
	for _, again := range []bool{false, true} {
		set, count := &iati.Set{}, map[exchange.Outcome]int{}
		for _, f := range newest {
			rep, err := im.ImportOf(t.Context(), operator, set, "f.xml", strings.NewReader(f), nil, func(l exchange.Line) {
				if l.Outcome == exchange.Unchanged && f != newest[0] && (len(l.Remarks) != 1 || l.Remarks[0].Key != "iati.remark.snapshot") {
					t.Errorf("why it changes nothing is not said: %+v", l)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			for o, n := range rep.Count {
				count[o] += n
			}
		}
		if count[exchange.Refused]+count[exchange.Updated] != 0 || again && count[exchange.Accepted] != 0 {
			t.Errorf("again %v: %v", again, count)
		}
		same(t, "title", byIATI(t, im, "QX-1").Titles.Pick("en"), "Third")
	}
}
