package thesaurus

import (
	_ "embed"
	"fmt"
	"strings"

	"merida/lang"
)

//go:embed states/adjectives.txt
var adjectives string

// Adjectives gives, by ISO 3166-1 code, the adjectives that are made of States' names in English, French, Spanish and
// Russian, in the masculine, so that "Kenyan law" and "ley keniana" are answered by the laws of Kenya. A State whose adjective is also
// that of another (American) has it where usage is settled; one without an entry is known by its name alone. They serve to find, not to name anybody.
func Adjectives() (map[string]map[lang.Tag][]string, error) {
	tags := []lang.Tag{"en", "fr", "es", "ru"}
	out := map[string]map[lang.Tag][]string{}
	n := 0
	for line := range strings.Lines(adjectives) {
		n++
		code, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		parts := strings.Split(rest, "|")
		if !ok || len(code) != 2 || len(parts) != len(tags) || out[code] != nil {
			return nil, fmt.Errorf("thesaurus: adjectives, line %d: want a new code and four languages", n)
		}
		out[code] = map[lang.Tag][]string{}
		for i, tag := range tags {
			for _, w := range strings.Fields(parts[i]) {
				out[code][tag] = append(out[code][tag], w)
				if tag == "fr" { // the feminine has a stem of its own
					out[code][tag] = append(out[code][tag], w+"e")
					if strings.HasSuffix(w, "en") {
						out[code][tag] = append(out[code][tag], w+"ne")
					}
				}
			}
		}
	}
	return out, nil
}
