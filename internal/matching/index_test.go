package matching_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/matching"
)

// An index that was kept is the index that would be built anew.
func TestAnIndexIsKept(t *testing.T) {
	t.Parallel()
	claims := storyClaims()
	bea, cor := claims[3], claims[4]
	lower := cor
	twin := func(id, number string) matching.Claim {
		return matching.Claim{ID: id, Debtor: "eva", Name: "Eva Tweeling", RF: rf(number), Principal: euros("46.50"), LastDemanded: euros("46.50"), Total: euros("93.00")}
	}
	lower.Total, lower.LastDemanded = euros("53.41"), euros("52.95")
	for _, s := range []struct {
		story   string
		change  func(*matching.Index) error
		payment matching.Payment
		want    string
	}{
		{"a claim that was paid is closed", func(x *matching.Index) error { x.Remove("cor"); return nil }, matching.Payment{Amount: 10341, Payer: "C de Vries", Text: cor.RF}, "queue closed-reference:"},
		{"also for who pays it by number, name and account", func(x *matching.Index) error { x.Remove("cor"); return nil },
			matching.Payment{Amount: 10341, Payer: "C de Vries", IBAN: "NL33CORS0000000001", Text: "dossier 1000305"}, "queue nothing:"},
		{"removed twice is once", func(x *matching.Index) error { x.Remove("cor"); x.Remove("cor"); return nil }, matching.Payment{Amount: 24000, Text: bea.RF}, "auto exact-reference: bea 240.00"},
		{"a claim that is open again", func(x *matching.Index) error { x.Remove("cor"); return x.Add(cor) }, matching.Payment{Amount: 10341, Text: cor.RF}, "auto exact-reference: cor 103.41"},
		{"a claim of which a part is paid asks less", func(x *matching.Index) error { return x.Add(lower) }, matching.Payment{Amount: 5341, IBAN: "NL33CORS0000000001"}, "auto known-account: cor 53.41"},
		{"and no longer what it asked", func(x *matching.Index) error { return x.Add(lower) }, matching.Payment{Amount: 10341, IBAN: "NL33CORS0000000001"}, "suggest known-account: cor 53.41 + back 50.00"},
		{"a claim that asks what a reminder asked of it and another together", func(x *matching.Index) error {
			return errors.Join(x.Add(twin("t1", "0000000001")), x.Add(twin("t2", "0000000002")))
		},
			matching.Payment{Amount: 9300, Text: rf("0000000001")}, "suggest exact-reference: t1 93.00"},
		{"an account that is learned", func(x *matching.Index) error { x.Learn("nl55 beaa 0000000001", "bea"); return nil }, matching.Payment{Amount: 24177, IBAN: "NL55BEAA0000000001"}, "auto known-account: bea 241.77"},
		{"learned twice is once", func(x *matching.Index) error { x.Learn(annesAccount, "anne"); return nil }, matching.Payment{Amount: 12000, IBAN: annesAccount}, "auto known-account: a2 120.00"},
		{"an account that pays for a second debtor", func(x *matching.Index) error { x.Learn(annesAccount, "bea"); return nil }, matching.Payment{Amount: 12000, IBAN: annesAccount}, "suggest best-guess: a2 120.00"},
		{"no account is none", func(x *matching.Index) error { x.Learn("", "bea"); return nil }, matching.Payment{Amount: 777}, "queue nothing:"},
	} {
		t.Run(s.story, func(t *testing.T) {
			t.Parallel()
			x := storyIndex(t, claims)
			if err := s.change(x); err != nil {
				t.Fatal(err)
			}
			if got := tell(x.Match(s.payment, storyPolicy)); !strings.HasPrefix(got, s.want) {
				t.Errorf("%s, want %s", got, s.want)
			}
		})
	}
}

// Who pays for some debtors, like an administrator, points to theirs: what they owe is then read for each of its payments. Who pays for many points to nobody by the account alone.
func TestAnAccountOfManyPointsToNobody(t *testing.T) {
	t.Parallel()
	x := storyIndex(t, storyClaims())
	for _, s := range []struct{ debtor, want string }{{"bea", "bea"}, {"ward 1", "bea"}, {"ward 2", "bea"}, {"ward 3", "bea"}, {"ward 4", "bea"}, {"ward 5", ""}} {
		x.Learn("NL55BEAA0000000001", s.debtor)
		if got := strings.Join(x.Pointed(matching.Payment{Amount: 777, IBAN: "NL55BEAA0000000001"}), " "); got != s.want {
			t.Errorf("after %s: %q, want %q", s.debtor, got, s.want)
		}
	}
	if got, want := tell(x.Match(matching.Payment{Amount: 777, IBAN: "NL55BEAA0000000001", Text: storyClaims()[3].RF}, storyPolicy)), "auto exact-reference: bea 7.77"; !strings.HasPrefix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}

// Two claims with one reference would each be the match of the other's payments.
func TestAReferenceIsOfOneClaim(t *testing.T) {
	t.Parallel()
	claims := storyClaims()
	x := storyIndex(t, claims)
	thief := matching.Claim{ID: "thief", Debtor: "thief", Kenmerk: claims[0].Kenmerk, Total: 34500, Numbers: []string{"1000001"}}
	err := x.Add(thief)
	if err == nil || !strings.Contains(err.Error(), "is of claim a1") {
		t.Fatal(err)
	}
	if x.Len() != len(claims) {
		t.Errorf("%d claims, want %d", x.Len(), len(claims))
	}
	if got := tell(x.Match(matching.Payment{Amount: 34500, Structured: claims[0].Kenmerk}, storyPolicy)); got != "auto exact-reference: a1 345.00" {
		t.Error(got)
	}
}

// A match tells a person what was seen where, what it weighs, and why the next claim is not it.
func TestAMatchIsExplained(t *testing.T) {
	t.Parallel()
	claims := storyClaims()
	x := storyIndex(t, claims)
	r := x.Match(matching.Payment{Amount: 24000, Payer: "B. Proefkamp", Text: "factuur 2026-0101"}, storyPolicy)
	if got := tell(r); got != "auto number: bea 240.00" {
		t.Fatal(got)
	}
	want := []matching.Evidence{
		{Kind: matching.InvoiceNumber, Claim: "bea", Seen: "20260101", Where: matching.InText, Bits: 15},
		{Kind: matching.FullName, Claim: "bea", Seen: "Bea Proefkamp", Where: matching.InPayer, Bits: 16},
		{Kind: matching.ExactAmount, Claim: "bea", Seen: "240.00", Where: matching.InAmount, Bits: 13},
	}
	for i, e := range r.Proposals[0].Evidence {
		if e != want[i] {
			t.Errorf("%+v, want %+v", e, want[i])
		}
	}
	inText := x.Match(matching.Payment{Amount: 24000, Payer: "K. Ander", Text: "voor B. Proefkamp, factuur 2026-0101"}, storyPolicy)
	if name := inText.Proposals[0].Evidence[1]; name.Kind != matching.FullName || name.Where != matching.InText {
		t.Errorf("a name in the text: %+v", name)
	}
	if r.Proposals[0].Score != 15+16+13-10 || r.Proposals[1].Parts[0].Claim != "a1" {
		t.Errorf("%+v", r.Proposals)
	}
	if !strings.Contains(r.WhyNot, "it lacks, or has less of: name, amount that was asked") {
		t.Error(r.WhyNot)
	}
}
