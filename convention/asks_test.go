package convention_test

import (
	"testing"

	"merida/convention"
)

func TestAsks(t *testing.T) {
	c, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"Article 16", "article 16", "art. 16", "Art 16", "المادة 16", "المادة ١٦", "第十六条", "第16条", "статья 16", "Статье 16", "artículo 16", "articulo 16", "article 16 of UNCAC", "UNCAC 16", "uncac/art_16"} {
		if id, ok := c.Asks(s); !ok || id != "uncac/art_16" {
			t.Errorf("%q asks for %q, %t", s, id, ok)
		}
	}
	if id, ok := c.Asks("article 16, paragraph 1"); !ok || id != "uncac/art_16/para_1" {
		t.Error(id, ok)
	}
	for _, s := range []string{"", "16", "16(1)", "2016", "Law 16", "bribery article 16", "article", "article 999", "المادة", "第", "uncac"} {
		if id, ok := c.Asks(s); ok {
			t.Errorf("%q asks for %s", s, id)
		}
	}
}
