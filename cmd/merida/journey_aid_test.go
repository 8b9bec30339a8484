package main

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"merida/assistance"
	"merida/identity"
	"merida/party"
	"merida/web"
)

// In French a provider declares an activity, sees what overlaps with it and goes on; the State's contact point disputes
// it, its approver publishes that word, and everybody reads both sides. In Arabic a need is matched with the activity,
// a meeting is called, and its dossier is made and kept.
func TestJourneyOfAssistance(t *testing.T) {
	if os.Getenv("MERIDA_ENGINES") == "sqlite" {
		t.Skip("make test-fast leaves the browser out")
	}
	a, srv, people := filledWith(t)
	find := func(r identity.Role, p party.ID, org string) web.DemoPerson {
		for _, x := range people {
			if x.Account.Role == r && x.Account.Party == p && (org == "" || x.Account.Organisation == org) {
				return x
			}
		}
		t.Fatalf("nobody is %s of %q", r, p)
		return web.DemoPerson{}
	}
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, "http://localhost:"+u.Port())
	reader := b.as("reader", "")

	// The provider declares; what overlaps is shown before anything is stored.
	provider := b.as("provider", find(identity.Provider, "", "XM-DEMO-1").Secret)
	provider.open("/fr/activities/new")
	provider.fill(`[name=title]`, "Ateliers quagga sur les marchés", `[name=organisation]`, "Fonds Quarto (démonstration)", `[name=recipient]`, "QM", `[name=form][value=training]`, "on", `#f-provision`, "9(1)", `[name=status]`, "2",
		`[name=from]`, time.Now().Format(time.DateOnly), `[name=to]`, time.Now().AddDate(0, 6, 0).Format(time.DateOnly))
	provider.press(`#save-activity`)
	if look[bool](provider, `!!document.querySelector('#save-anyway')`) {
		provider.sees("Rien n'est encore enregistré", "Même État : ")
		reader.open("/fr/activities?q=quagga")
		reader.seesNot("Ateliers quagga")
		provider.press(`#save-anyway`)
	}
	provider.sees("Ateliers quagga sur les marchés")
	activity, _, _ := strings.Cut(provider.here(), "?")
	id := activity[strings.LastIndex(activity, "/")+1:]

	// The contact point disputes it among what others declared; the word stays the State's until it is published.
	contact := b.as("contact point", find(identity.ContactPoint, "QM", "").Secret)
	contact.open("/fr/declared")
	dispute := `form[action$="/` + id + `/state"]:has(textarea)`
	contact.fill(dispute+` textarea`, "Les ateliers n'ont pas commencé.")
	contact.press(dispute + ` button`)
	reader.open(activity)
	reader.seesNot("n'ont pas commencé")
	approver := b.as("approver", find(identity.Approver, "QM", "").Secret)
	approver.open("/fr/declared?show=publish")
	approver.press(`form[action*="/` + id + `/statements/"] button`)
	reader.open(activity)
	reader.sees("Conteste", "Les ateliers n'ont pas commencé.", "Ateliers quagga sur les marchés")
	provider.open("/fr/activities")
	provider.sees("Contesté par : Quamara")

	// In Arabic the contact point finds the activity among those that could serve a need, and links the two.
	needs, _, err := a.assistance.Store.FindNeeds(t.Context(), find(identity.ContactPoint, "QM", "").Account.Actor().Sight(), assistance.NeedFilter{Party: "QM", Status: []assistance.NeedStatus{assistance.Open}})
	if err != nil {
		t.Fatal(err)
	}
	linked := false
	for _, n := range needs {
		contact.open("/ar/needs/" + string(n.ID))
		if link := `#matches form[action$="/link"] button`; look[bool](contact, `document.documentElement.dir === 'rtl' && !!document.querySelector(`+quote(link)+`)`) {
			title := look[string](contact, `document.querySelector('#matches li a').textContent.trim()`)
			contact.press(link)
			contact.open("/ar/needs/" + string(n.ID))
			contact.sees(title)
			linked = look[bool](contact, `!!document.querySelector('form[action$="/unlink"]')`)
			break
		}
	}
	if !linked {
		t.Fatalf("none of %d open needs was matched", len(needs))
	}

	// A meeting is called, and its dossier is made and kept.
	contact.open("/ar/mechanisms")
	contact.press(`main a[href*="/mechanisms/"]:not([href$="/new"])`)
	mechanism, _, _ := strings.Cut(contact.here(), "?")
	contact.open(mechanism + "/meetings/new")
	contact.fill(`[name=title]`, "اجتماع المانحين", `[name=begins]`, time.Now().AddDate(0, 1, 0).UTC().Format("2006-01-02T15:04"))
	contact.press(`form[action$="/meetings"] button.primary`)
	contact.open(look[string](contact, `[...document.querySelectorAll('#next li')].find(l => l.innerText.includes('اجتماع المانحين'))?.querySelector('a.primary')?.getAttribute('href') || '/ar/no-such-meeting'`))
	contact.sees("اجتماع المانحين", "ملف الاجتماع")
	contact.press(`#keep-dossier`)
	contact.sees("SHA-256", "ما تغير منذ حفظ الملف")
	kept := contact.here()
	for _, form := range []string{"xlsx", "docx", "csv"} {
		if got := contact.status(strings.Replace(kept, "/dossier?", "/dossier."+form+"?", 1)); got != 200 {
			t.Errorf("the kept dossier as %s: %d", form, got)
		}
	}
	if got := reader.status(kept); got == 200 {
		t.Error("the public reads a kept dossier")
	}

	// The matrix has one stop of the tab key and is walked with arrows, against the reading direction in Arabic.
	reader.open("/ar/coordination?columns=chapter")
	if n := look[int](reader, `document.querySelectorAll('.mx tbody td a[tabindex="0"]').length`); n != 1 {
		t.Errorf("the matrix has %d stops of the tab key", n)
	}
	if !look[bool](reader, `(() => { const c = [...document.querySelectorAll('.mx tbody tr:not(.grp)')][0].querySelectorAll('td a'); c[0].focus();
		c[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true })); return document.activeElement === c[1]; })()`) {
		t.Error("the arrow to the left does not lead to the next cell in Arabic")
	}
	if len(b.said) > 0 {
		t.Errorf("the pages complained:\n%s", strings.Join(b.said, "\n"))
	}
}
