package convention

import (
	"testing"

	"merida/lang"
)

func TestNumbersAreWrittenAsTheConventionDoes(t *testing.T) {
	c := load(t)
	for _, x := range []struct {
		id   ID
		tag  lang.Tag
		want string
	}{
		{"uncac/art_9/para_1/point_a", "en", "9(1)(a)"},
		{"uncac/art_9/para_1/point_a", "ru", "9(1)(a)"},
		{"uncac/art_9/para_1/point_a", "ar", "9 (1) (أ)"},
		{"uncac/art_9/para_1/point_a", "zh", "第九条第一款第（一）项"},
		{"uncac/art_52", "zh", "第五十二条"},
		{"uncac/art_20", "zh", "第二十条"},
		{"uncac/art_46/para_3/point_i", "ar", "46 (3) (ط)"},
		{"uncac/art_46/para_3/point_i", "zh", "第四十六条第三款第（九）项"},
		{"uncac/art_23/para_1/point_a/point_ii", "ar", "23 (1) (أ) ’2‘"},
		{"uncac/art_23/para_1/point_a/point_ii", "zh", "第二十三条第一款第（一）项第2目"},
		{"uncac/chp_III", "ar", "الثالث"},
		{"uncac/chp_VIII", "zh", "八"},
		{"uncac/chp_IV", "fr", "IV"},
	} {
		p, ok := c.Get(x.id)
		if !ok {
			t.Fatalf("%s is not there", x.id)
		}
		if got := p.CitedIn(x.tag); got != x.want {
			t.Errorf("%s in %s is %s, want %s", x.id, x.tag, got, x.want)
		}
	}
}
