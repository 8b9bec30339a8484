package iati_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"merida/assistance"
	"merida/audit"
	"merida/exchange"
	"merida/exchange/iati"
)

// generated gives n activities in the shape and size of published ones (about 11 KB, most of it
// transactions), read without ever being whole in memory.
func generated(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, `<?xml version="1.0"?>`+"\n"+`<iati-activities version="2.03">`)
		for i := 0; i < n && err == nil; i++ {
			_, err = io.WriteString(w, published(i))
		}
		if err == nil {
			_, err = io.WriteString(w, `</iati-activities>`)
		}
		w.CloseWithError(err)
	}()
	return r
}

func published(i int) string {
	var b strings.Builder
	purpose, title := []string{"15113", "15110", "12220", "14030"}[i%4], []string{"Support to the anti-corruption body", "Public administration", "Basic health care", "Rural water supply"}[i%4]
	fmt.Fprintf(&b, `
  <iati-activity default-currency="USD" hierarchy="1" last-updated-datetime="2026-0%d-01T10:00:00Z" xml:lang="en">
    <iati-identifier>QX-MADE-%d</iati-identifier>
    <reporting-org ref="QX-MADE" type="10"><narrative>Made Agency</narrative></reporting-org>
    <title><narrative xml:lang="en">%s, phase %d</narrative><narrative xml:lang="fr">Projet %d</narrative></title>
    <description type="1"><narrative>%s</narrative></description>
    <participating-org ref="QX-MADE" role="1" type="10"><narrative>Made Agency</narrative></participating-org>
    <participating-org role="4" type="22"><narrative>Partner %d</narrative></participating-org>
    <activity-status code="2"/>
    <activity-date iso-date="2025-01-01" type="1"/><activity-date iso-date="2026-12-31" type="3"/>
    <recipient-country code="%s"/><sector vocabulary="1" code="%s"/>
`, i%9+1, i, title, i%7, i, strings.Repeat("Training of judges and auditors, and equipment for the body. ", 6), i%50, []string{"QM", "QN", "QP"}[i%3], purpose)
	for t := range 16 {
		fmt.Fprintf(&b, `    <transaction ref="T%d">
      <transaction-type code="3"/>
      <transaction-date iso-date="2025-0%d-15"/>
      <value currency="USD" value-date="2025-0%d-15">%d.50</value>
      <provider-org ref="QX-MADE" type="10"><narrative>Made Agency</narrative></provider-org>
      <receiver-org ref="QX-PART-%d"><narrative>Partner %d</narrative></receiver-org>
      <disbursement-channel code="3"/><sector vocabulary="1" code="%s"/><recipient-country code="QM"/>
      <flow-type code="10"/><finance-type code="110"/><tied-status code="5"/>
    </transaction>
`, t, t%9+1, t%9+1, i*t-40, i%50, i%50, purpose)
	}
	b.WriteString("  </iati-activity>")
	return b.String()
}

// taking is a store that forgets what it takes, so that the reading alone is measured.
type taking struct{ assistance.Store }

func (taking) Current(context.Context, []string) (map[string]assistance.ActivityID, error) {
	return nil, nil
}

func (taking) Apply(_ context.Context, _ string, in []assistance.Incoming, decide func(*assistance.Present, assistance.Incoming) (assistance.Decision, error), trace func([]assistance.Decision) audit.Trace) (out []assistance.Decision, err error) {
	for _, x := range in {
		d, err := decide(nil, x)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	trace(out)
	return out, nil
}

// Whatever the size of a file, only a batch of it is in memory.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	im := newImporter(t)
	im.Store = taking{im.Store}
	const n = 3000
	most, read := uint64(0), int64(0)
	for _, make := range []func() io.Reader{
		func() io.Reader { return generated(n) },
		func() io.Reader { return repeated(n/100, act("a", strings.Repeat("<transaction/>", 45_000))) },
		func() io.Reader { return repeated(n/100, act("a", strings.Repeat("<b/>", 250_000))) },
		func() io.Reader { return repeated(1, act("a", strings.Repeat("<!--", 8<<20))) },
	} {
		if _, err := im.Import(t.Context(), operator, "f", make(), func(done int64) {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most, read = max(most, m.HeapInuse+m.StackInuse), done
		}, nil); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("at most %d MB in use, reading up to %d MB", most>>20, read>>20)
	if most > 100<<20 {
		t.Errorf("%d MB in use", most>>20)
	}
}

func repeated(n int, s string) io.Reader {
	parts := []io.Reader{strings.NewReader(root)}
	for range n {
		parts = append(parts, strings.NewReader(s))
	}
	return io.MultiReader(append(parts, strings.NewReader(end))...)
}

func BenchmarkRead(b *testing.B) {
	im := newImporter(b)
	im.Store = taking{im.Store}
	bench(b, func() *iati.Importer { return im })
}

func BenchmarkImport(b *testing.B) { bench(b, func() *iati.Importer { return newImporter(b) }) }

func BenchmarkImportAgain(b *testing.B) {
	im := newImporter(b)
	if _, err := im.Import(b.Context(), operator, "f", generated(benched), nil, nil); err != nil {
		b.Fatal(err)
	}
	bench(b, func() *iati.Importer { return im })
}

const benched = 1500

func bench(b *testing.B, importer func() *iati.Importer) {
	file, err := io.ReadAll(generated(benched))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		b.StopTimer()
		im := importer()
		b.StartTimer()
		rep, err := im.Import(b.Context(), operator, "f", bytes.NewReader(file), nil, nil)
		if err != nil || rep.Records != benched || rep.Count[exchange.Refused] != 0 {
			b.Fatal(rep, err)
		}
	}
	b.ReportMetric(float64(benched)*float64(b.N)/b.Elapsed().Seconds(), "activities/s")
}
