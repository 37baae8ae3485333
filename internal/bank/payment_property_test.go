package bank_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// mostly draws what is right, and once in a while what is not.
func mostly[T any](right, wrong *rapid.Generator[T]) *rapid.Generator[T] {
	return rapid.Custom(func(t *rapid.T) T {
		if rapid.IntRange(0, 19).Draw(t, "luck") < 19 {
			return right.Draw(t, "right")
		}
		return wrong.Draw(t, "wrong")
	})
}

// anyText is what people and other systems put into names: mostly letters of Europe, sometimes anything.
func anyText(most int) *rapid.Generator[string] {
	european := rapid.StringOfN(rapid.RuneFrom([]rune("abcdefgXYZ 0123456789éüőřĳßαЖ&<>\"'/-–’“;:,.()+?@€\u0301")), 1, most*2/3, -1)
	return mostly(rapid.Map(european, func(s string) string { return "x" + s }), rapid.StringN(0, most+5, -1))
}

var accounts = []string{"NL20INGB0001234567", "BE68539007547034", "DE89370400440532013000", "FR1420041010050500013M02606", "ie29aibk93115212345678", "CH9300762011623852957"}

func anyAddress(t *rapid.T) *bank.Address {
	if rapid.Bool().Draw(t, "without address") {
		return nil
	}
	return &bank.Address{Street: anyText(30).Draw(t, "street"), Number: anyText(10).Draw(t, "number"), Postcode: anyText(10).Draw(t, "postcode"),
		Town: anyText(30).Draw(t, "town"), Country: mostly(rapid.SampledFrom([]string{"NL", "BE"}), rapid.SampledFrom([]string{"", "nl"})).Draw(t, "country")}
}

func anyID(t *rapid.T, name string, n int) string {
	right := rapid.StringOfN(rapid.RuneFrom([]rune("aZ0-?:().,'+")), 0, 30, -1)
	return fmt.Sprintf("%s-%d%s", name, n, mostly(right, rapid.StringOfN(rapid.RuneFrom([]rune("aZ/ é&")), 0, 32, -1)).Draw(t, name))
}

// remittanceOf is a reference, a text, or neither.
func remittanceOf(t *rapid.T) (reference, text string) {
	if rapid.Bool().Draw(t, "structured") {
		return mostly(rapid.SampledFrom([]string{"", "RF18539007547034", "rf18 5390 0754 7034"}), rapid.Just("RF18")).Draw(t, "reference"), ""
	}
	return "", anyText(140).Draw(t, "text")
}

func anyAmount(t *rapid.T) money.Amount {
	return money.Cents(mostly(rapid.OneOf(rapid.Int64Range(1, 1_000_000), rapid.SampledFrom([]int64{1, 99_999_999_999})), rapid.Just(int64(0))).Draw(t, "amount"))
}

func anyParty(t *rapid.T) bank.Party {
	return bank.Party{Name: anyText(70).Draw(t, "name"), Account: mostly(rapid.SampledFrom(accounts), rapid.SampledFrom([]string{"NL91ABNA0417164301", ""})).Draw(t, "account"),
		BIC: mostly(rapid.SampledFrom([]string{"", "INGBNL2A", "INGBNL2AXXX"}), rapid.Just("x")).Draw(t, "bic")}
}

// accepted checks a file that was written; one that was not must say why, with a name.
func accepted(t *rapid.T, schema string, text []byte, err error) {
	var wrong *bank.PaymentFileError
	switch {
	case err == nil:
		validate(t, schema, text)
		ties(t, text)
	case text != nil || !errors.As(err, &wrong) || wrong.Field == "" || wrong.Problem == "":
		t.Fatalf("%#v", err)
	}
}

// Whatever the names, texts, amounts and identifiers: what is written is right by its schema and adds up, and the rest is refused.
func TestTransfersAreValidOrRefused(t *testing.T) {
	t.Parallel()
	written := 0
	rapid.Check(t, func(t *rapid.T) {
		f := transfers()
		f.MessageID, f.Initiator = anyID(t, "M", 0), anyText(75).Draw(t, "initiator")
		for i := range f.Batches {
			b := &f.Batches[i]
			b.ID = anyID(t, "B", i)
			for j := range b.Transfers {
				if rapid.IntRange(0, 2).Draw(t, "as it is") > 0 {
					continue
				}
				p := &b.Transfers[j]
				p.EndToEndID, p.Amount, p.Creditor, p.Address = anyID(t, "E", 10*i+j), anyAmount(t), anyParty(t), anyAddress(t)
				p.Reference, p.Text = remittanceOf(t)
			}
		}
		text, err := f.XML()
		accepted(t, "pain.001.001.09", text, err)
		if err == nil {
			written++
		}
	})
	if written == 0 {
		t.Error("nothing was written: the generator makes nothing right")
	}
}

func TestCollectionsAreValidOrRefused(t *testing.T) {
	t.Parallel()
	written := 0
	rapid.Check(t, func(t *rapid.T) {
		f := debits()
		f.MessageID, f.Initiator = anyID(t, "M", 0), anyText(75).Draw(t, "initiator")
		b := &f.Batches[0]
		b.Sequence = rapid.SampledFrom([]bank.Sequence{bank.SequenceFirst, bank.SequenceRecurring, bank.SequenceFinal, bank.SequenceOneOff}).Draw(t, "sequence")
		for j := range b.Collections {
			if rapid.IntRange(0, 2).Draw(t, "as it is") > 0 {
				continue
			}
			c := &b.Collections[j]
			c.EndToEndID, c.Amount, c.Debtor, c.Address, c.MandateID = anyID(t, "E", j), anyAmount(t), anyParty(t), anyAddress(t), anyID(t, "M", j)
			c.SignedOn = calendar.MustParseDate("2009-11-01").AddDays(rapid.IntRange(0, 6300).Draw(t, "signed"))
			c.Reference, c.Text = remittanceOf(t)
		}
		text, err := f.XML()
		accepted(t, "pain.008.001.08", text, err)
		if err == nil {
			written++
		}
	})
	if written == 0 {
		t.Error("nothing was written: the generator makes nothing right")
	}
}

// FuzzPaymentFile writes any name and text: what comes out is right by its schema.
func FuzzPaymentFile(f *testing.F) {
	f.Add("Bakkerij Über & Zoon", "factuur 1", "E-1")
	f.Add("‘Þór’ Łódź ĲSSEL", "1½ ² ﬁ\u200b\x00\r\n]]>", "E/2")
	f.Fuzz(func(t *testing.T, name, text, id string) {
		file := transfers()
		p := &file.Batches[1].Transfers[0]
		p.Creditor.Name, p.Text, p.EndToEndID = name, text, id
		written, err := file.XML()
		var wrong *bank.PaymentFileError
		if err != nil && !errors.As(err, &wrong) {
			t.Fatalf("%#v", err)
		}
		if err == nil {
			validate(t, "pain.001.001.09", written)
			ties(t, written)
		}
	})
}
