package library

import (
	"regexp"
	"strings"

	"merida/search"
)

// citedArticle is an article of a law that was put between two others, as people cite it: "art. 12 bis", "Artikel 305bis",
// "ст. 20.1", "§ 12a", "المادة 15 مكرر". Numbers without such an ending name articles in nearly every law, and are words like others.
var citedArticle = regexp.MustCompile(`(?i)^(?:art(?:icle|icles|ículo|iculo|igo|ikel|icolo)?s?|статья|статьи|ст|section|sec|المادة|مادة|§+)[.\s\x{a0}]*(\d{1,4})(?:[.\s\x{a0}-]*(bis|ter|quater|quinquies|sexies|septies|octies|nonies|novies|decies|مكررا?|[a-z])|[.-](\d{1,3}))$`)

// inserted reads a query that cites such an article and nothing else, and gives the query that asks for sections with its
// number, written in one word or in two.
func inserted(words string) (query string, ok bool) {
	m := citedArticle.FindStringSubmatch(strings.TrimSpace(words))
	if m == nil {
		return "", false
	}
	n, end := m[1], strings.ToLower(m[2])
	if end == "" {
		return `article:"` + n + "." + m[3] + `" OR article:"` + n + "-" + m[3] + `"`, true
	}
	return `article:"` + n + " " + end + `" OR article:` + n + end, true
}

// asksInserted is a query in the form of inserted; ok is false where it is none.
func asksInserted(q search.Query) (search.Query, bool) {
	w, ok := inserted(q.Words)
	q.Words, q.WordsOnly = w, true
	return q, ok
}
