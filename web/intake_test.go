package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"merida/identity"
	"merida/library"
)

const uploadedLaw = "# Act against bribery\n\n### Article 1\n\nNobody gives.\n\n### Article 2\n\nNobody takes.\n"

// give sends the form with a file as a browser does.
func (p *visitor) give(name, body string, fields ...string) *httptest.ResponseRecorder {
	p.site.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		m.WriteField(fields[i], fields[i+1])
	}
	if name != "" {
		w, err := m.CreateFormFile("file", name)
		if err != nil {
			p.site.t.Fatal(err)
		}
		io.WriteString(w, body)
	}
	m.Close()
	r := httptest.NewRequest(http.MethodPost, "/en/intake", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return p.do(r)
}

// stored goes through the three steps and gives where they lead.
func (p *visitor) stored(name, body string, fields ...string) (preview, measure string) {
	p.site.t.Helper()
	w := p.give(name, body, fields...)
	if w.Code != http.StatusSeeOther {
		p.site.t.Fatalf("the file: %d %s", w.Code, w.Body)
	}
	at := w.Header().Get("Location")
	w = p.get(at)
	if w.Code != http.StatusOK {
		p.site.t.Fatalf("the preview: %d %s", w.Code, w.Body)
	}
	preview = w.Body.String()
	of := ""
	if i := strings.Index(preview, `name="of" value="`); i >= 0 {
		i = strings.LastIndex(preview, `name="of" value="`)
		of, _, _ = strings.Cut(preview[i+len(`name="of" value="`):], `"`)
	}
	w = p.post(at, url.Values{"once": {"k" + at}, "of": {of}})
	if w.Code != http.StatusSeeOther {
		p.site.t.Fatalf("storing: %d %s", w.Code, w.Body)
	}
	measure = w.Header().Get("Location")
	if again := p.post(at, url.Values{"once": {"k" + at}, "of": {of}}); again.Header().Get("Location") != measure {
		p.site.t.Errorf("the same form again leads to %q, not %q", again.Header().Get("Location"), measure)
	}
	return preview, measure
}

func TestALawFromAFile(t *testing.T) {
	s := newTestSite(t)
	officer := s.person(identity.Officer, "")
	fields := []string{"title", "Act against bribery", "country", "QM", "lang", "en", "type", "law", "status", "in_force", "date", "2020-05-01", "source_url", "https://law.test/1", "licence", "official text"}
	count := func() int {
		t.Helper()
		_, n, err := s.Library.Store.Find(t.Context(), identity.OperatorActor().Sight(), library.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	// The form and the preview store nothing.
	if w := officer.get("/ar/intake"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `enctype="multipart/form-data"`) {
		t.Fatalf("the form: %d", w.Code)
	}
	w := officer.give("act.md", uploadedLaw, fields...)
	page := officer.get(w.Header().Get("Location")).Body.String()
	for _, want := range []string{"Act against bribery", "2 articles", "Article 1", "This would be a new record.", "It is public as soon as it is stored.", "act.md"} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	if count() != 0 {
		t.Fatal("the preview stored something")
	}
	_, at := officer.stored("act.md", uploadedLaw, fields...)
	if page := s.public().get(at).Body.String(); !strings.Contains(page, "Nobody takes.") || !strings.Contains(page, at+"/original") {
		t.Errorf("the record: %s", page)
	}
	original := s.public().get(at + "/original")
	if original.Body.String() != uploadedLaw || original.Header().Get("Content-Security-Policy") != "sandbox; default-src 'none'" || !strings.HasPrefix(original.Header().Get("Content-Disposition"), "attachment") || original.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the original: %v %q", original.Header(), original.Body)
	}
	// The same again changes nothing and says so.
	preview, again := officer.stored("copy.md", uploadedLaw, fields...)
	if !strings.Contains(preview, "nothing would change") || again != at || count() != 1 {
		t.Errorf("the same file again: %q, %d records", again, count())
	}
	// A changed text becomes version 2 of the record with that title, and its change is shown first.
	preview, again = officer.stored("act.md", strings.Replace(uploadedLaw, "Nobody takes.", "Nobody takes it.", 1), fields...)
	if again != at || !strings.Contains(preview, "version 2") || !strings.Contains(preview, "<ins>") {
		t.Errorf("a changed text: %q %s", again, preview)
	}
	if page := s.public().get(at).Body.String(); !strings.Contains(page, "Nobody takes it.") {
		t.Error("the new version does not stand")
	}
	// Unless the reader says that it is another law.
	loc := officer.give("act.md", uploadedLaw+"\n### Article 3\n\nMore.\n", fields...).Header().Get("Location")
	if page := officer.get(loc + "?of=-").Body.String(); !strings.Contains(page, "This would be a new record.") {
		t.Error("the choice of a new record is not taken")
	}
	if w := officer.post(loc, url.Values{"once": {"n"}, "of": {""}}); w.Header().Get("Location") == at || count() != 2 {
		t.Errorf("as a new record: %v, %d", w.Header(), count())
	}
}

func TestAStatesOwnLawFromAFile(t *testing.T) {
	s := newTestSite(t)
	focal, other, officer := s.person(identity.FocalPoint, "QM"), s.person(identity.FocalPoint, "QN"), s.person(identity.Officer, "")
	preview, at := focal.stored("act.md", uploadedLaw, "title", "Act", "country", "QN", "lang", "en", "type", "law", "status", "unknown")
	if !strings.Contains(preview, "Only the people of your State see it") {
		t.Error("who sees it is not said")
	}
	for who, want := range map[*visitor]int{focal: http.StatusOK, other: http.StatusNotFound, officer: http.StatusNotFound, s.public(): http.StatusNotFound} {
		for _, path := range []string{at, at + "/original"} {
			if w := who.get(path); w.Code != want {
				t.Errorf("%s reads %s: %d", who.account.Name, path, w.Code)
			}
		}
	}
	if w := other.get("/en/intake?of=" + strings.TrimPrefix(at, "/en/measures/")); w.Code != http.StatusNotFound {
		t.Errorf("another State revises it: %d", w.Code)
	}
	m, err := s.Library.Store.Measure(t.Context(), identity.Actor{Role: identity.FocalPoint, Party: "QM", Account: focal.account.ID}.Sight(), library.ID(strings.TrimPrefix(at, "/en/measures/")))
	if err != nil || m.Country != "QM" || m.Owner != "QM" || m.Source != library.FromState {
		t.Errorf("%+v %v", m, err)
	}
	// What another holds is out of reach, with its token too.
	loc := focal.give("act.md", uploadedLaw, "title", "Another", "lang", "en").Header().Get("Location")
	if w := other.get(loc); w.Code != http.StatusNotFound {
		t.Errorf("another sees what is held: %d", w.Code)
	}
	// Who may add nothing sees nothing of it.
	for _, p := range []*visitor{s.person(identity.Reviewer, "QN"), s.person(identity.Auditor, "")} {
		if w := p.get("/en/intake"); w.Code == http.StatusOK {
			t.Errorf("%s may add", p.account.Role)
		}
		if w := p.give("act.md", uploadedLaw, "title", "x", "lang", "en"); w.Code == http.StatusSeeOther || w.Code == http.StatusOK {
			t.Errorf("%s sends a file: %d", p.account.Role, w.Code)
		}
	}
	if w := s.public().give("act.md", uploadedLaw, "title", "x"); w.Code != http.StatusUnauthorized && w.Code != http.StatusSeeOther && w.Code != http.StatusForbidden {
		t.Errorf("the public sends a file: %d", w.Code)
	}
}

func TestWhatAnUploadRefuses(t *testing.T) {
	s := newTestSite(t)
	p := s.person(identity.FocalPoint, "QM")
	ok := []string{"title", "Act", "lang", "en", "type", "law", "status", "unknown"}
	for _, c := range []struct {
		name, body, says string
		fields           []string
		code             int
	}{
		{"act.exe", uploadedLaw, "exe", ok, http.StatusUnprocessableEntity},
		{"", "", "Choose a file.", ok, http.StatusUnprocessableEntity},
		{"act.md", uploadedLaw, "f-title", []string{"title", "", "lang", "en"}, http.StatusUnprocessableEntity},
		{"act.md", uploadedLaw, "f-date", append([]string{"date", "yesterday"}, ok...), http.StatusUnprocessableEntity},
		{"act.docx", "%PDF-1.7", "no readable DOCX", ok, http.StatusUnprocessableEntity},
		{"act.pdf", "PK\x03\x04", "no readable PDF", ok, http.StatusUnprocessableEntity},
		{"act.xml", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><akomaNtoso>&a;</akomaNtoso>`, "DOCTYPE", ok, http.StatusUnprocessableEntity},
		{"act.txt", "Corrupci\xf3n", "UTF-8", ok, http.StatusUnprocessableEntity},
		{"act.txt", strings.Repeat("x ", 11<<20), "MiB", ok, http.StatusRequestEntityTooLarge},
		{"<script>.md", uploadedLaw, "", append([]string{"evil", "1"}, ok...), http.StatusUnprocessableEntity},
	} {
		w := p.give(c.name, c.body, c.fields...)
		if w.Code != c.code && !(c.name == "<script>.md" && w.Code >= 400) || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%q: %d without %q: %.300s", c.name, w.Code, c.says, w.Body)
		}
		if c.code == http.StatusUnprocessableEntity && c.name != "<script>.md" && !strings.Contains(w.Body.String(), `value="unknown" selected`) && len(c.fields) > 4 {
			t.Errorf("%q: what was typed is gone", c.name)
		}
	}
	// A name is text wherever it is shown.
	loc := p.give("<script>alert(1)</script>.md", uploadedLaw, ok...).Header().Get("Location")
	if page := p.get(loc).Body.String(); strings.Contains(page, "<script>alert") {
		t.Error("the name of the file is not escaped")
	}
	// From elsewhere nothing comes in.
	r := httptest.NewRequest(http.MethodPost, "/en/intake", strings.NewReader(""))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Origin", "https://evil.test")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := p.do(r); w.Code != http.StatusForbidden {
		t.Errorf("a form of another site: %d", w.Code)
	}
	if n := BodyLimit(httptest.NewRequest(http.MethodPost, "/en/intake", nil), 1); n <= 50<<20 {
		t.Errorf("the form takes %d", n)
	}
	for _, path := range []string{"/en/intake/x", "/en/measures", "/intake", "/xx/intake"} {
		if n := BodyLimit(httptest.NewRequest(http.MethodPost, path, nil), 1); n != 1 {
			t.Errorf("%s takes %d", path, n)
		}
	}
}
