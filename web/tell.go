package web

import (
	"net/http"
	"strconv"
	"strings"

	"merida/fault"
)

// toldCookie carries the word of what was done over the redirect to the page that says so, once.
const toldCookie = "__Host-done"

// told are the words that a page may be sent with. Others in the cookie are ignored.
var told = map[string]bool{"search_saved": true, "search_dropped": true, "seen": true, "followed": true, "pace_set": true, "unfollowed": true, "hook_dropped": true,
	"round_opened": true, "migrated": true, "migration_undone": true, "extended": true, "edition_added": true, "edition_tabled": true, "edition_approved": true, "edition_retired": true,
	"assigned": true, "taken_back": true, "proposed": true, "reopened": true, "submitted": true, "published": true, "withdrawn": true, "need_drafted": true,
	"need_published": true, "measure_added": true, "measure_revised": true, "measure_same": true, "remarked": true, "reused": true, "still_valid": true, "found": true, "handed_over": true, "invited": true, "disabled": true, "enabled": true}

// tell has the next page confirm what was done. n goes into the text where it counts something.
func (v *visit) tell(word string, n int) {
	http.SetCookie(v.w, &http.Cookie{Name: toldCookie, Value: word + "." + strconv.Itoa(n), Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 60})
}

// told is what the page before did, as a text; it is said once. Empty when nothing was.
func (v *visit) told() string {
	c, err := v.r.Cookie(toldCookie)
	if err != nil || v.r.Method != http.MethodGet || v.suffix != "" {
		return ""
	}
	http.SetCookie(v.w, &http.Cookie{Name: toldCookie, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1})
	word, count, _ := strings.Cut(c.Value, ".")
	n, err := strconv.Atoi(count)
	if err != nil || !told[word] {
		return ""
	}
	return v.p.T("done."+word, fault.Args{"n": n})
}

// seeTold sends the browser to another page, which confirms what was done.
func (v *visit) seeTold(path, word string, n int) error {
	v.tell(word, n)
	return v.see(path)
}
