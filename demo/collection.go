package demo

import (
	"context"
	"fmt"

	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

// collection gathers what is recorded on the protection of reporting persons: the provision, and each section of
// a real measure that is tied to it, once. The words are facts about the list itself.
func (t *tale) collection(ctx context.Context) error {
	if t.collections == nil {
		return nil
	}
	const theme convention.ID = "uncac/art_33"
	c := library.Collection{Public: true, Items: []library.CollectionItem{{Provision: theme}, {Provision: "uncac/art_8/para_4"}},
		Titles: lang.Text{"ar": {S: "حماية المبلغين"}, "zh": {S: "保护举报人"}, "en": {S: "Protection of reporting persons"}, "fr": {S: "Protection des personnes qui communiquent des informations"},
			"ru": {S: "Защита лиц, сообщающих информацию"}, "es": {S: "Protección de los denunciantes"}},
		Intro: lang.Text{
			"ar": {S: "مواد من قوانين دول مسجلة هنا في إطار المادة 33 من الاتفاقية، المتعلقة بحماية المبلغين.\n\nتُظهر كل مادة رقمها في القانون نفسه، وما تنص عليه مذكور بعباراتنا. والقائمة ليست كاملة: فهي تضم ما هو مسجل في هذا العرض التجريبي."},
			"zh": {S: "此处就《公约》第三十三条（保护举报人）登记的各国法律条文。\n\n每一项均显示该法律自身的条号，其内容以我们的文字说明。此清单并不完整，仅包括本演示中登记的内容。"},
			"en": {S: "Sections of laws that are recorded here for article 33 of the Convention, on the protection of reporting persons.\n\nEach entry shows the number that the law itself prints; what it provides is said in our words. The list is not complete: it holds what this demonstration has on record."},
			"fr": {S: "Articles de lois enregistrés ici au titre de l'article 33 de la Convention, sur la protection des personnes qui communiquent des informations.\n\nChaque entrée porte le numéro que la loi elle-même imprime ; ce qu'elle prévoit est dit avec nos mots. La liste n'est pas complète : elle contient ce que cette démonstration a enregistré."},
			"ru": {S: "Статьи законов, учтенные здесь по статье 33 Конвенции о защите лиц, сообщающих информацию.\n\nКаждая запись приводит номер из самого закона; что она предусматривает, сказано нашими словами. Список неполон: он содержит то, что учтено в этой демонстрации."},
			"es": {S: "Artículos de leyes registrados aquí en relación con el artículo 33 de la Convención, sobre la protección de los denunciantes.\n\nCada entrada muestra el número que figura en la propia ley; lo que dispone se dice con nuestras palabras. La lista no es completa: contiene lo que esta demostración tiene registrado."},
		}}
	mapped, err := t.library.Store.Mapped(ctx, identity.Sight{}, []convention.ID{theme, theme + "/para_1"})
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, m := range mapped {
		x := library.CollectionItem{Measure: m.Measure.ID, EID: m.Mapping.EID, Note: m.Mapping.Note}
		if m.Measure.Country.Demonstration() || seen[x.Key()] {
			continue
		}
		seen[x.Key()] = true
		c.Items = append(c.Items, x)
	}
	t.pass(tick)
	if _, err := t.collections.Keep(ctx, t.as("officer"), c); err != nil {
		return fmt.Errorf("demo: collection: %w", err)
	}
	return nil
}
