package demo

import (
	"context"
	"fmt"
	"time"

	"merida/assistance"
	"merida/clearing"
	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// counter tells of requests and offers on a clock of its own, since they take weeks while other things happen.
type counter struct {
	t  *tale
	s  *clearing.Service
	at time.Time
}

// day moves the clock to nine o'clock of a day before the end of the story, never backwards.
func (c *counter) day(before int) {
	d := c.t.end.AddDate(0, 0, -before)
	if at := time.Date(d.Year(), d.Month(), d.Day(), 9, 0, 0, 0, time.UTC); at.After(c.at) {
		c.at = at
	}
}

func (c *counter) send(ctx context.Context, who string, k clearing.Kind, circle clearing.Circle, form string, what, forWhom lang.Text, to []party.ID, ps ...convention.ID) (clearing.ID, error) {
	id, err := c.s.Send(ctx, c.t.as(who), clearing.Draft{Kind: k, Circle: circle, Content: clearing.Content{Provisions: ps, Form: form, What: what, ForWhom: forWhom, Parties: to, Modality: assistance.Mixed}})
	if err != nil {
		return "", fmt.Errorf("demo: %s of %s: %w", k, who, err)
	}
	return id, nil
}

// run lets the schedule do what the time asks for.
func (c *counter) run(ctx context.Context) error {
	_, err := c.s.Run(ctx, identity.OperatorActor())
	return err
}

// requests tells of four requests, each at another step, and of two offers, one of them from State to State.
func (t *tale) requests(ctx context.Context) error {
	if t.clearing == nil {
		return nil
	}
	c := &counter{t: t, s: t.clearing}
	c.s.Now = func() time.Time { return c.at }
	officer := func() identity.Actor { return t.as("officer") }
	all := clearing.Circle{Kind: clearing.All}

	// QM asks, nobody objects, three answer, and the time to answer has passed.
	c.day(52)
	first, err := c.send(ctx, "QM.focal_point", clearing.Request, all, "training",
		six("تدريب على تدقيق عقود المشتريات (عرض توضيحي)", "采购合同审计培训（演示）", "Training on auditing procurement contracts (demonstration)", "Formation à l'audit des marchés publics (démonstration)", "Обучение аудиту контрактов о закупках (демонстрация)", "Formación en auditoría de contratos públicos (demostración)"),
		lang.T("en", "Thirty auditors of the Procurement Office of Quamara"), nil, "uncac/art_9/para_2/point_d")
	if err != nil {
		return err
	}
	c.day(51)
	if err := c.s.Authenticate(ctx, t.as("QM.contact_point"), first, nil); err != nil {
		return fmt.Errorf("demo: authenticate: %w", err)
	}
	c.day(50)
	if err := c.s.Acknowledge(ctx, officer(), first, nil); err != nil {
		return fmt.Errorf("demo: acknowledge: %w", err)
	}
	c.day(40)
	if err := c.run(ctx); err != nil {
		return err
	}
	c.day(36)
	for _, a := range []struct {
		who  string
		kind clearing.AnswerKind
		text lang.Text
	}{
		{"fund", clearing.Ready, lang.T("en", "A place in two courses of next year, in English or French. (demonstration)")},
		{"network", clearing.Interested, lang.T("en", "We would like to see the list of contracts first. (demonstration)")},
		{"QP.contact_point", clearing.Declines, lang.T("es", "Este año no disponemos de instructores. (demostración)")},
	} {
		if err := c.s.Answer(ctx, t.as(a.who), first, a.kind, a.text); err != nil {
			return fmt.Errorf("demo: answer of %s: %w", a.who, err)
		}
	}

	// The fund offers places to any State, and publishes the offer.
	c.day(21)
	offer, err := c.send(ctx, "fund", clearing.Offer, all, "training",
		six("مقاعد في دورات عن المشتريات العامة (عرض توضيحي)", "公共采购课程名额（演示）", "Places in courses on public procurement (demonstration)", "Places dans des cours sur la passation des marchés publics (démonstration)", "Места на курсах по публичным закупкам (демонстрация)", "Plazas en cursos sobre contratación pública (demostración)"),
		nil, nil, "uncac/art_9")
	if err != nil {
		return err
	}
	c.day(20)
	if err := c.s.Authenticate(ctx, officer(), offer, lang.T("en", "Letter of the fund, 2 November (demonstration)")); err != nil {
		return fmt.Errorf("demo: authenticate: %w", err)
	}
	if err := c.s.Acknowledge(ctx, officer(), offer, nil); err != nil {
		return fmt.Errorf("demo: acknowledge: %w", err)
	}
	if err := c.s.Publish(ctx, t.as("fund"), offer); err != nil {
		return fmt.Errorf("demo: publish: %w", err)
	}

	// QP offers to its neighbours what it has learned itself: from State to State.
	c.day(16)
	south, err := c.send(ctx, "QP.contact_point", clearing.Offer, all, "good-practices",
		six("زيارة دراسية عن إقرارات الذمة المالية (عرض توضيحي)", "财产申报考察访问（演示）", "Study visit on asset declarations (demonstration)", "Visite d'étude sur les déclarations de patrimoine (démonstration)", "Ознакомительная поездка по декларациям об активах (демонстрация)", "Visita de estudio sobre declaraciones patrimoniales (demostración)"),
		nil, []party.ID{Quamara, Qunera}, "uncac/art_52/para_5")
	if err != nil {
		return err
	}
	if err := c.s.Acknowledge(ctx, officer(), south, nil); err != nil {
		return fmt.Errorf("demo: acknowledge: %w", err)
	}
	if err := c.s.Publish(ctx, t.as("QP.approver"), south); err != nil {
		return fmt.Errorf("demo: publish: %w", err)
	}
	c.day(15)
	if err := c.s.Answer(ctx, t.as("QN.contact_point"), south, clearing.Ready, lang.T("fr", "Trois agents de la Commission pourraient venir au printemps. (démonstration)")); err != nil {
		return fmt.Errorf("demo: answer: %w", err)
	}
	if err := c.run(ctx); err != nil {
		return err
	}

	// QN asks the network by name and lets it be published; answers are awaited.
	c.day(9)
	named, err := c.send(ctx, "QN.contact_point", clearing.Request, clearing.Circle{Kind: clearing.Named, Asked: []clearing.Addressee{{Organisation: Network}, {Party: Qupenia}}}, "legal-advice",
		lang.Text{"fr": {S: "Avis sur un projet de loi relatif aux recours en matière de marchés (démonstration)"}, "ar": {S: "مشورة بشأن مشروع قانون للطعون في المشتريات (عرض توضيحي)"}, "en": {S: "Advice on a draft law on procurement appeals (demonstration)"}},
		lang.T("fr", "Ministère de la justice de Qunera"), nil, "uncac/art_9/para_1/point_d")
	if err != nil {
		return err
	}
	c.day(8)
	if err := c.s.Acknowledge(ctx, officer(), named, nil); err != nil {
		return fmt.Errorf("demo: acknowledge: %w", err)
	}
	if err := c.s.LetGo(ctx, t.as("QN.approver"), named); err != nil {
		return fmt.Errorf("demo: let go: %w", err)
	}
	if err := c.s.Publish(ctx, t.as("QN.approver"), named); err != nil {
		return fmt.Errorf("demo: publish: %w", err)
	}
	c.at = c.at.Add(time.Hour)
	if err := c.s.Answer(ctx, t.as("network"), named, clearing.Interested, nil); err != nil {
		return fmt.Errorf("demo: answer: %w", err)
	}

	// QP's request will be circulated unless it objects; QN's latest waits for its contact point.
	c.day(3)
	window, err := c.send(ctx, "QP.contact_point", clearing.Request, all, "equipment-systems",
		lang.Text{"es": {S: "Sistema de registro de beneficiarios finales (demostración)"}, "en": {S: "A register of beneficial owners (demonstration)"}}, lang.T("es", "Registro Mercantil de Qupenia"), nil, "uncac/art_52/para_1")
	if err != nil {
		return err
	}
	c.day(2)
	if err := c.s.Acknowledge(ctx, officer(), window, nil); err != nil {
		return fmt.Errorf("demo: acknowledge: %w", err)
	}
	c.day(1)
	_, err = c.send(ctx, "QN.focal_point", clearing.Request, all, "training",
		lang.Text{"fr": {S: "Formation aux déclarations de patrimoine (démonstration)"}, "en": {S: "Training on asset declarations (demonstration)"}}, lang.T("fr", "Commission d'éthique de Qunera"), nil, "uncac/art_52/para_5")
	if err != nil {
		return err
	}
	return c.run(ctx)
}
