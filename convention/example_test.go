package convention_test

import (
	"fmt"

	"merida/convention"
)

func Example() {
	c, err := convention.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	id, _ := c.Parse("статья 23, пункт 1 (b)(ii)")
	p, _ := c.Get(id)
	fmt.Println(p.ID, p.Obligation.Level, p.ReviewCycle)
	fmt.Println(p.Heading().Pick("es"))
	for _, up := range c.Ancestors(id) {
		fmt.Println(up.Citation, "|", up.Heading().Pick("fr"))
	}
	// Output:
	// uncac/art_23/para_1/point_b/point_ii mandatory 1
	// Participación, confabulación, tentativa y ayuda
	// Chapter III | Incrimination, détection et répression
	// 23 | Blanchiment du produit du crime
	// 23(1) | Infractions de blanchiment
	// 23(1)(b) | Autres actes, selon les concepts juridiques fondamentaux
}
