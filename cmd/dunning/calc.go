package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// calcCommand is every figure, explained: no database, no Temporal, no network.
func calcCommand() *cobra.Command {
	parent := &cobra.Command{
		Use:   "calc",
		Short: "Every figure that a demand rests on, explained",
		Long: `Calculates one figure and says what it rests on: the rule, its article, and how it was applied. It needs no database, no Temporal and no network.
Amounts are in euros ("1234.50" or "1.234,50"), dates are YYYY-MM-DD, DD-MM-YYYY or DD/MM/YYYY (with slashes refused when the month could stand first). Refused input exits with 2.`,
		Example: `  dunning calc costs --principal 1250.00 --debtor consumer
  dunning calc interest --principal 1000.00 --kind business --due 2026-03-01 --paid 2026-09-30
  dunning calc check NL91ABNA0417164300 --json`,
	}
	parent.PersistentFlags().Bool("json", false, "print one JSON object")
	ratesFlag(parent.PersistentFlags())
	parent.AddCommand(costsCommand(), interestCommand(), allocateCommand(), divideCommand(), referenceCommand(), checkCommand(), splitCommand(),
		windowCommand(), noticeCommand(), limitationCommand(), arrangementCommand(), courtCommand(), commissionCommand())
	return parent
}

// field is one field of an answer, in the order in which it is printed; its value may be fields, or a list of fields.
type field struct {
	name  string
	value any
}

type fields []field

// reply prints what a calculation gives: one JSON object, or a line per field and one per rule that it rests on.
func reply(cmd *cobra.Command, f fields, basis []law.Basis) error {
	out := cmd.OutOrStdout()
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		return printJSON(out, append(f, field{"basis", basis}))
	}
	for _, one := range f {
		if err := printField(out, one); err != nil {
			return err
		}
	}
	for _, b := range basis {
		if _, err := fmt.Fprintf(out, "  %s (%s)\n    %s\n", b.Rule, b.Article, b.Detail); err != nil {
			return err
		}
	}
	return nil
}

// printField prints a field in a line, or of a list a line for each item, of which the first has the name.
func printField(out io.Writer, one field) error {
	list, ok := one.value.([]fields)
	if !ok {
		_, err := fmt.Fprintf(out, "%-18s %s\n", one.name, inWords(one.value))
		return err
	}
	name := one.name
	for _, item := range list {
		if _, err := fmt.Fprintf(out, "%-18s %s\n", name, item); err != nil {
			return err
		}
		name = ""
	}
	return nil
}

// inWords is a value as a person reads it.
func inWords(value any) string {
	switch v := value.(type) {
	case law.Percent:
		return v.Text + "%"
	case []money.Amount:
		words := make([]string, len(v))
		for i, amount := range v {
			words[i] = amount.String()
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprint(value)
}

// MarshalJSON writes the fields as one object.
func (f fields) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, one := range f {
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", one.name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// String writes the fields in one line.
func (f fields) String() string {
	words := make([]string, len(f))
	for i, one := range f {
		words[i] = one.name + " " + inWords(one.value)
	}
	return strings.Join(words, "  ")
}

// lawful gives what the law does not answer the exit code of refused input.
func lawful(err error) error {
	var (
		unconfirmed *law.UnconfirmedError
		tooOld      *law.TooOldError
		noTable     *law.NoTableError
		noFigure    *law.NoFigureError
		disallowed  *law.RefusedError
	)
	switch {
	case errors.As(err, &disallowed):
		return refused("--%s: %s", disallowed.Field, disallowed.Problem)
	case errors.As(err, &unconfirmed), errors.As(err, &tooOld), errors.As(err, &noTable), errors.As(err, &noFigure):
		return refused("%w", err)
	}
	return err
}

func printJSON(w io.Writer, f fields) error { return json.NewEncoder(w).Encode(f) }
