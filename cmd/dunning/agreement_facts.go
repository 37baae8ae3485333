package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/postgres"
)

func agreementStartCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "start CLIENT", Short: "Start an agreement on a day, or state the start of one that was assumed", Args: cobra.ExactArgs(1),
		Long: `An agreement starts with its client ("dunning client add"). This states the day of one whose start was assumed, or starts the next one after an end.
It is for a year and renews by itself. Contributions become due from the agreement year on that runs when the start is stated. The same day twice changes
nothing. It is not after the first claim of the client. A start that was stated wrongly is stated anew with another day, while nothing rests on it: no contribution
that has a price or was invoiced by hand, renewal, notice or stickers. One that is years too early has renewed at once: when its day and month are right, let it stand; its years begin and end on the same days.`,
		Example: "  dunning agreement start VBE --on 2026-03-01",
	}
	cmd.Flags().String("on", "", "the first day, up to a year ahead (required)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "on") == "" {
			return refused("--on: is missing; right would be the first day of the agreement, like 2026-03-01")
		}
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		return onAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
			by := operator()
			f, err := store.StartAgreement(cmd.Context(), clientID, on, by)
			if err != nil {
				return err
			}
			y := f.YearNumber(1)
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "agreement %d of %s starts on %s; year 1 ends on %s, a registered notice for it counts when it is received by %s\n", f.Number, args[0], f.Start, y.Last, y.LastNotice)
			return err
		})
	}
	return cmd
}

func agreementTerminateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "terminate CLIENT", Short: "Record a notice of termination, and say what it does", Args: cobra.ExactArgs(1),
		Long: `Records a notice of termination by the day on which it was received (art. 3:37 lid 3 BW). Only a registered one ends the agreement ("aangetekend"), with the
first agreement year that has three months or more to go: one that is too late for this year lets the agreement renew once and ends it a year later.
A day of receipt counts as it is, also a Sunday or a holiday: the Algemene termijnenwet is for terms that a law sets (art. 1). A task asks staff to answer
the client; the text of the answer is printed. The same notice twice is once.`,
		Example: "  dunning agreement terminate VBE --received DAY --registered\n  dunning agreement terminate VBE --received DAY --not-registered",
	}
	cmd.Flags().String("received", "", "day on which it was received (default: today)")
	registered := cmd.Flags().Bool("registered", false, "it came by registered post")
	plain := cmd.Flags().Bool("not-registered", false, "it came in another way: it ends nothing")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *registered == *plain {
			return refused("--registered: is it, or not? right would be one of --registered and --not-registered")
		}
		received, err := day(cmd, "received")
		if err != nil {
			return err
		}
		return onAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
			f, n, err := store.RecordNotice(cmd.Context(), clientID, received, *registered, operator())
			if err != nil {
				return err
			}
			return sayAnswer(cmd, store, f, n)
		})
	}
	return cmd
}

// sayAnswer tells the operator what a notice does, and what to write to the client.
func sayAnswer(cmd *cobra.Command, store *postgres.Store, f agreement.Facts, n agreement.Notice) error {
	language, err := store.ClientLanguage(cmd.Context(), f.ClientID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "notice %s: %s\n\nanswer to the client:\n%s\n", n.Key, f.Verdict(n), f.Answer(n, language))
	return err
}

func agreementTakeBackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "take-back CLIENT NOTICE", Short: "Record that a client takes a notice back, from today", Args: cobra.ExactArgs(2),
		Example: `  dunning agreement take-back VBE DAY-registered --reason "by telephone, confirmed by e-mail"`,
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: a notice is taken back for a reason")
		}
		return onAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
			f, err := store.TakeBackNotice(cmd.Context(), clientID, args[1], flag(cmd, "reason"), operator())
			if err != nil {
				return err
			}
			n, _ := f.Notice(args[1])
			return sayAnswer(cmd, store, f, n)
		})
	}
	return cmd
}

func agreementAnswerCommand() *cobra.Command {
	return &cobra.Command{
		Use: "answer CLIENT NOTICE", Short: "Print the answer to a notice, in the language of the client", Args: cobra.ExactArgs(2),
		Example: "  dunning agreement answer VBE DAY-registered",
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
				f, err := store.Agreement(cmd.Context(), clientID)
				if err != nil {
					return err
				}
				n, ok := f.Notice(args[1])
				if !ok {
					return refused("there is no notice %s; right would be a key that `dunning agreement show %s` lists", args[1], args[0])
				}
				return sayAnswer(cmd, store, f, n)
			})
		},
	}
}

func agreementStickersCommand() *cobra.Command {
	parent := &cobra.Command{Use: "stickers", Short: "Sets of stickers: the stock of the agreement year, then at a price",
		Example: "  dunning agreement stickers order VBE 4 --key o1\n  dunning agreement stickers list VBE"}
	order := &cobra.Command{
		Use: "order CLIENT SETS", Short: "Take an order of sets, from the stock of the year first", Args: cobra.ExactArgs(2),
		Long: `Takes an order of today. Sets come out of the stock of the agreement year, which does not carry over; each other set is charged at the price of the
plan, and refused when that is not set. A set is one sheet ("dunning sticker sheet"). The same --key twice is one order.`,
		Example: "  dunning agreement stickers order VBE 4 --key o1",
	}
	orderKeyFlag(order)
	order.RunE = func(cmd *cobra.Command, args []string) error {
		sets, err := strconv.Atoi(args[1])
		if err != nil {
			return refused("SETS: %q is not a number; right would be 4", args[1])
		}
		if err := neededKey(cmd, orderKey(args[1]+"-sets", 1)); err != nil {
			return err
		}
		plans, err := plansOf(cmd)
		if err != nil {
			return err
		}
		return onAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
			f, o, err := store.OrderStickers(cmd.Context(), clientID, key(cmd), sets, plans, operator())
			if err != nil {
				return err
			}
			left := f.Stock(plans[f.PlanOn(o.On)], o.On).Left
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "order %s: %d sets, %d of the stock, charged %s without VAT; %d left this year\n", o.Key, o.Sets, o.Included, o.Charged(), left)
			return err
		})
	}
	list := &cobra.Command{
		Use: "list CLIENT", Short: "The orders of the agreement", Args: cobra.ExactArgs(1), Example: "  dunning agreement stickers list VBE",
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
				f, err := store.Agreement(cmd.Context(), clientID)
				if err != nil {
					return err
				}
				t := newTable("day", "year", "order", "sets", "of the stock", "charged, without VAT")
				for _, o := range f.Orders {
					t.AppendRow(table.Row{o.On, f.YearOf(o.On).Number, o.Key, o.Sets, o.Included, o.Charged()})
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), t.Render())
				return err
			})
		},
	}
	parent.AddCommand(order, list)
	return parent
}

func agreementTasksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "tasks", Short: "What agreements ask of staff, of all clients, oldest first", Args: cobra.NoArgs,
		Example: "  dunning agreement tasks\n  dunning agreement tasks --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			tasks, err := store.AgreementTasks(cmd.Context())
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"tasks": listOf(tasks)})
			}
			rows := make([]table.Row, len(tasks))
			for i, t := range tasks {
				rows[i] = table.Row{t.Client, t.Key, t.Opened, t.Detail}
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), fitted(widthOf(cmd.OutOrStdout()), table.Row{"client", "task", "since", "what"}, rows, nil))
			return err
		})
	}
	return cmd
}

func agreementDoneCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "done CLIENT TASK", Short: "End a task of an agreement", Args: cobra.ExactArgs(2),
		Example: `  dunning agreement done VBE answer-notice:DAY-registered --reason "sent by e-mail"`,
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return onAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
			if err := store.CompleteAgreementTask(cmd.Context(), clientID, args[1], flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "recorded")
			return err
		})
	}
	return cmd
}
