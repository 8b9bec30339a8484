package demo

import (
	"context"
	"fmt"
	"time"

	"merida/assessment"
	"merida/lang"
	"merida/mechanism"
	"merida/party"
)

// table tells of the donor table at which the three States and both organisations sit: one
// meeting was held, one is to come, two actions were agreed, and two States released answers to it.
func (t *tale) table(ctx context.Context) error {
	if t.mechanisms == nil {
		return nil
	}
	id, err := t.mechanisms.Keep(ctx, t.as("officer"), mechanism.Mechanism{Kind: mechanism.Regional, Parties: []party.ID{Quamara, Qunera, Qupenia},
		Names: six("طاولة المانحين الإقليمية (عرض توضيحي)", "区域捐助方圆桌会议（演示）", "Regional donor table (demonstration)", "Table régionale des donateurs (démonstration)", "Региональный совет доноров (демонстрация)", "Mesa regional de donantes (demostración)"),
		About: six("تجتمع كل ستة أسابيع لتنسيق المساعدة في تنفيذ الاتفاقية.", "每六周举行一次会议，协调实施《公约》的援助。", "Meets every six weeks to coordinate assistance for implementing the Convention.", "Se réunit toutes les six semaines pour coordonner l'assistance à l'application de la Convention.", "Собирается каждые шесть недель для согласования помощи в осуществлении Конвенции.", "Se reúne cada seis semanas para coordinar la asistencia en la aplicación de la Convención.")})
	if err != nil {
		return fmt.Errorf("demo: donor table: %w", err)
	}
	for _, who := range []string{"QM.contact_point", "QN.contact_point", "QP.contact_point", "fund", "network", "member"} {
		if err := t.mechanisms.Seat(ctx, t.as("officer"), id, t.who[who].ID, who == "QM.contact_point"); err != nil {
			return fmt.Errorf("demo: seat of %s: %w", who, err)
		}
	}
	at := func(days int) (begins, ends time.Time) {
		d := t.end.AddDate(0, 0, days)
		begins = time.Date(d.Year(), d.Month(), d.Day(), 9, 0, 0, 0, time.UTC)
		return begins, begins.Add(3 * time.Hour)
	}
	first := mechanism.Meeting{Mechanism: id, Place: "Quamara City (demonstration)",
		Title:   six("الاجتماع الأول", "第一次会议", "First meeting", "Première réunion", "Первое совещание", "Primera reunión"),
		Agenda:  six("1. الحاجات المعلنة\n2. الأنشطة الجارية\n3. التداخلات", "1. 已提出的需求\n2. 正在进行的活动\n3. 重叠", "1. Needs stated\n2. Activities under way\n3. Overlaps", "1. Besoins exprimés\n2. Activités en cours\n3. Chevauchements", "1. Заявленные потребности\n2. Текущие мероприятия\n3. Совпадения", "1. Necesidades declaradas\n2. Actividades en curso\n3. Solapamientos"),
		Outcome: six("اتُّفق على تقاسم العمل على المادة 9.", "商定了关于第九条的分工。", "Work on article 9 was shared out.", "Le travail sur l'article 9 a été réparti.", "Работа по статье 9 распределена.", "Se repartió el trabajo sobre el artículo 9.")}
	first.Begins, first.Ends = at(-28)
	held, err := t.mechanisms.Meet(ctx, t.as("QM.contact_point"), first)
	if err != nil {
		return fmt.Errorf("demo: first meeting: %w", err)
	}
	next := mechanism.Meeting{Mechanism: id, Place: "https://meeting.example", Title: six("الاجتماع الثاني", "第二次会议", "Second meeting", "Deuxième réunion", "Второе совещание", "Segunda reunión"),
		Agenda: six("1. الإجراءات المتفق عليها\n2. ما تغيّر منذ الاجتماع الأول", "1. 商定的行动\n2. 自第一次会议以来的变化", "1. Actions agreed\n2. What changed since the first meeting", "1. Mesures convenues\n2. Ce qui a changé depuis la première réunion", "1. Согласованные действия\n2. Что изменилось с первого совещания", "1. Acciones acordadas\n2. Qué ha cambiado desde la primera reunión")}
	next.Begins, next.Ends = at(14)
	if _, err := t.mechanisms.Meet(ctx, t.as("QM.contact_point"), next); err != nil {
		return fmt.Errorf("demo: second meeting: %w", err)
	}
	for _, a := range []mechanism.Action{
		{Who: providerNames[Fund].Pick("en"), DueOn: t.end.AddDate(0, 0, 10).Format(time.DateOnly), State: mechanism.ActionOpen,
			What: six("إرسال خطة الدورة التدريبية على المشتريات", "发送采购培训班的计划", "Send the plan of the procurement course", "Envoyer le plan du cours sur la passation des marchés", "Направить план курса по закупкам", "Enviar el plan del curso sobre contratación pública")},
		{Who: t.who["QP.contact_point"].Agency, DueOn: t.end.AddDate(0, 0, -7).Format(time.DateOnly), State: mechanism.ActionDone,
			What:    six("تسمية جهة الاتصال", "指定联络点", "Name the contact point", "Désigner le point de contact", "Назначить контактный пункт", "Designar el punto de contacto"),
			Outcome: six("سُمّيت ونُشرت.", "已指定并公布。", "Named and published.", "Désigné et publié.", "Назначен и опубликован.", "Designado y publicado.")},
	} {
		a.Mechanism, a.Meeting = id, held
		if _, err := t.mechanisms.Agree(ctx, t.as("member"), a); err != nil {
			return fmt.Errorf("demo: action: %w", err)
		}
	}
	for _, p := range []party.ID{Quamara, Qupenia} {
		if err := t.releaseTo(ctx, id, p, 2); err != nil {
			return fmt.Errorf("demo: release of %s: %w", p, err)
		}
	}
	return nil
}

// releaseTo lets the members read the first n submitted answers of a State.
func (t *tale) releaseTo(ctx context.Context, id mechanism.ID, p party.ID, n int) error {
	actor := t.as(string(p) + ".approver")
	rows, err := t.assessments.Store.Find(ctx, assessment.Filter{Party: p})
	if err != nil {
		return err
	}
	for _, r := range rows {
		w, err := t.assessments.Store.Whole(ctx, actor.Sight(), r.Assessment.ID)
		if err != nil {
			return err
		}
		var answers []assessment.AnswerID
		for _, a := range w.Answers {
			if a.Submitted > 0 && len(answers) < n {
				answers = append(answers, a.ID)
			}
		}
		if _, err := t.mechanisms.Release(ctx, actor, id, w.Assessment.ID, answers); err != nil {
			return err
		}
	}
	return nil
}

// six is a text in the six official languages, in their order: Arabic, Chinese, English, French, Russian, Spanish.
func six(ar, zh, en, fr, ru, es string) lang.Text {
	return lang.Text{"ar": {S: ar}, "zh": {S: zh}, "en": {S: en}, "fr": {S: fr}, "ru": {S: ru}, "es": {S: es}}
}
