package demo_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"merida/assistance"
	"merida/audit"
	"merida/demo"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// file is as much of an IATI file as the story leans on.
type file struct {
	Version    string `xml:"version,attr"`
	Activities []struct {
		Identifier string `xml:"iati-identifier"`
		Reporter   struct {
			Ref  string `xml:"ref,attr"`
			Type string `xml:"type,attr"`
		} `xml:"reporting-org"`
		Titles []struct {
			Lang string `xml:"lang,attr"`
			S    string `xml:",chardata"`
		} `xml:"title>narrative"`
		Status struct {
			Code string `xml:"code,attr"`
		} `xml:"activity-status"`
		Recipients []struct {
			Code string `xml:"code,attr"`
		} `xml:"recipient-country"`
	} `xml:"iati-activity"`
}

// take stands in for the importer of IATI files: it brings in who, what and for whom.
func take(st assistance.Store, seen map[string]int) func(context.Context, identity.Actor, string, io.Reader, int64) error {
	return func(ctx context.Context, actor identity.Actor, name string, r io.Reader, size int64) error {
		b, err := io.ReadAll(r)
		if err != nil || int64(len(b)) != size {
			return io.ErrUnexpectedEOF
		}
		var f file
		if err := xml.Unmarshal(b, &f); err != nil {
			return err
		}
		var in []assistance.Incoming
		for _, x := range f.Activities {
			seen[x.Identifier]++
			c := assistance.Content{Reporter: assistance.Org{Ref: x.Reporter.Ref, Type: x.Reporter.Type}, Titles: lang.Text{}, Status: x.Status.Code}
			for _, n := range x.Titles {
				c.Titles[lang.Tag(n.Lang)] = lang.Value{S: n.S}
			}
			for _, p := range x.Recipients {
				c.Recipients = append(c.Recipients, assistance.Recipient{Party: party.ID(p.Code), Percent: "100", Stated: "activity"})
			}
			sum := sha256.Sum256([]byte(x.Identifier))
			in = append(in, assistance.Incoming{Activity: assistance.Activity{Source: assistance.FromIATI, IATIIdentifier: x.Identifier, Content: c, Class: "public",
				ID: assistance.ActivityID(hex.EncodeToString(sum[:13])), Rev: 1}, Original: assistance.Original{Hash: hex.EncodeToString(sum[:]), Version: f.Version, XML: []byte("<iati-activity/>")}})
		}
		_, err = st.Apply(ctx, name, in, func(present *assistance.Present, in assistance.Incoming) (assistance.Decision, error) {
			return assistance.Decide(present, in), nil
		}, func([]assistance.Decision) audit.Trace {
			return actor.Trace(now, identity.Import, "", "batch", name, nil)
		})
		return err
	}
}

func TestFiles(t *testing.T) {
	s := system(t)
	seen := map[string]int{}
	s.Import = take(s.Assistance.Store, seen)
	if _, err := demo.Fill(t.Context(), s, now); err != nil {
		t.Fatal(err)
	}
	if len(seen) < 12 {
		t.Errorf("%d activities in the files", len(seen))
	}
	confirmed := 0
	for id, n := range seen {
		if n != 1 || !strings.HasPrefix(id, demo.Fund+"-Q") && !strings.HasPrefix(id, demo.Network+"-Q") {
			t.Errorf("%s occurs %d times", id, n)
		}
		as, err := s.Assistance.Store.ActivitiesByIATI(t.Context(), identity.Sight{}, id)
		if err != nil || len(as) != 1 {
			t.Fatalf("%s: %d, %v", id, len(as), err)
		}
		if !marked(as[0].Titles.Pick("en")) {
			t.Errorf("%q does not say that it is a demonstration", as[0].Titles.Pick("en"))
		}
		for _, r := range as[0].Recipients {
			if !r.Party.Demonstration() {
				t.Errorf("%s is for %s", id, r.Party)
			}
		}
		for _, m := range as[0].Provisions {
			if m.Status == assistance.Confirmed {
				confirmed++
			}
		}
	}
	if confirmed < 7 {
		t.Errorf("%d provisions confirmed", confirmed)
	}
	// Two providers do the same for QM in the same months: the view has an overlap to show.
	m, err := s.Assistance.Board.Matrix(t.Context(), identity.Sight{}, assistance.Filter{Columns: assistance.ByArticle})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range m.Rows {
		if !r.Party.Demonstration() {
			t.Errorf("the view has a row for %s", r.Party)
		}
	}
	if total := m.Total; total.Unmet < 1 || total.BeingMet < 1 || total.Met < 1 || total.UnderWay < 4 || total.Overlaps < 1 || total.Unasked < 1 {
		t.Errorf("the view holds %+v", total)
	}
}
