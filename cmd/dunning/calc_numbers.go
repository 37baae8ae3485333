package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/law"
)

func referenceCommand() *cobra.Command {
	var kenmerk, rf string
	cmd := &cobra.Command{
		Use: "reference", Short: "A payment reference with its check digits", Args: cobra.NoArgs,
		Example: "  dunning calc reference --kenmerk 000056789012345\n  dunning calc reference --rf 539007547034",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("kenmerk") == cmd.Flags().Changed("rf") {
				return refused("--kenmerk or --rf is needed, one of the two")
			}
			if bank.ValidRF(rf) == nil {
				return refused("--rf: %q is an RF reference already; right would be its text without RF and check digits, or dunning calc check", rf)
			}
			flag, make, value := "rf", bank.RF, rf
			basis := law.Basis{Rule: "two check digits, mod 97-10", Article: "ISO 11649", Detail: "RF, check digits, then the text"}
			if cmd.Flags().Changed("kenmerk") {
				flag, make, value = "kenmerk", bank.MakeKenmerk, kenmerk
				basis = law.Basis{Rule: "check digit by weights 2, 4, 8, 5, 10, 9, 7, 3, 6, 1 from the right, modulo 11; a length digit unless there are 15 digits", Article: "Betaalvereniging Nederland, Specificaties betalingskenmerk", Detail: "check digit in front"}
			}
			reference, err := make(value)
			if err != nil {
				return refused("--%s: %w", flag, err)
			}
			return reply(cmd, fields{{"reference", reference}}, []law.Basis{basis})
		},
	}
	cmd.Flags().StringVar(&kenmerk, "kenmerk", "", "digits of a betalingskenmerk without check digit: 15, or 7 to 12")
	cmd.Flags().StringVar(&rf, "rf", "", "text of an RF reference: at most 21 letters and digits")
	return cmd
}

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check VALUE", Short: "Is a betalingskenmerk, RF reference, IBAN, VAT number, KvK number or SEPA creditor id right?", Args: cobra.ExactArgs(1),
		Example: "  dunning calc check NL91ABNA0417164300\n  dunning calc check 5000056789012345",
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, err := bank.Identify(args[0])
			f := fields{{"valid", err == nil}, {"kind", kind}}
			if err != nil {
				f = append(f, field{"problem", err.Error()})
			}
			return reply(cmd, f, []law.Basis{{Rule: "form and check digits", Article: map[string]string{
				bank.KindKenmerk: "Betaalvereniging Nederland, Specificaties betalingskenmerk", bank.KindRF: "ISO 11649", bank.KindIBAN: "ISO 13616", bank.KindVAT: "art. 35a Wet OB 1968",
				bank.KindKvK: "Handelsregisterwet 2007", bank.KindCreditorID: "EPC262-08", bank.KindUnknown: "none",
			}[kind], Detail: "a right number need not exist: that only its issuer can say"}})
		},
	}
}

func splitCommand() *cobra.Command {
	var amount amountFlag
	cmd := &cobra.Command{
		Use: "split", Short: "A recovery of debt monitoring, shared between client and agency", Example: "  dunning calc split --amount 100.01",
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, agency := amount.amount.Halves()
			return reply(cmd, fields{{"client", client}, {"agency", agency}}, []law.Basis{
				{Rule: "what comes in during debt monitoring is shared equally, the odd cent to the client", Article: "service agreement, schuldbewaking (requirement S20)", Detail: fmt.Sprintf("%s + %s = %s", client, agency, amount.amount)},
			})
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{"amount": &amount}, map[string]string{"amount": "what was received"}, "amount")
}

// countFlag takes a whole number of at least one.
type countFlag struct{ n int }

func (c *countFlag) String() string { return "" }
func (c *countFlag) Type() string   { return "number" }
func (c *countFlag) Set(text string) (err error) {
	if c.n, err = strconv.Atoi(text); err != nil || c.n < 1 || c.n > 1200 {
		return fmt.Errorf("%q is not a whole number from 1 to 1200", text)
	}
	return nil
}

func arrangementCommand() *cobra.Command {
	var total amountFlag
	var n countFlag
	cmd := &cobra.Command{
		Use: "arrangement", Short: "The instalments of a payment arrangement", Example: "  dunning calc arrangement --total 1000.00 --instalments 3",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if int64(n.n) > total.amount.Cents() {
				return refused("--instalments: %s does not give %d instalments of at least 0.01", total.amount, n.n)
			}
			return reply(cmd, fields{{"instalments", total.amount.Instalments(n.n)}}, []law.Basis{
				{Rule: "equal instalments in whole cents, the last takes the rest", Article: "agreed between creditor and debtor", Detail: fmt.Sprintf("%d instalments add up to %s", n.n, total.amount)},
				{Rule: "an arrangement is an acknowledgement: limitation is interrupted", Article: "art. 3:318 BW", Detail: "interest runs on unless it is waived in writing"},
			})
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{"total": &total, "instalments": &n}, map[string]string{"total": "what is owed", "instalments": "how many"}, "total", "instalments")
}
