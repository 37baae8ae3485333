package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

// namesOfClaim is what a claim is named by, wherever a command takes one.
const namesOfClaim = "its id, the dossier number (what its id begins with), the client's reference, the RF reference or payment reference (kenmerk) of its letters, or the number of one of its invoices"

// claimNamed is the claim that a text names: one only, and not by the debtor's name, which is no proof of what is meant. ErrNotFound says what a claim can be found by.
func claimNamed(ctx context.Context, store *postgres.Store, text string) (postgres.Ref, error) {
	found, err := claimsFound(ctx, store, text)
	switch {
	case err != nil:
		return postgres.Ref{}, err
	case found[0].ByDebtor:
		return postgres.Ref{}, refused("claim: that is the name of a debtor; right would be the id of the claim: %s", claimsListed(found))
	case len(found) > 1 && !found[1].ByDebtor: // a name proves nothing beside what names it
		return postgres.Ref{}, refused("%s: names %d claims; right would be the id of one: %s", typedClaim(text), len(found)+postgres.LeftOut(found), claimsListed(found))
	}
	return found[0].Ref, nil
}

// claimsFound are the claims that a text names, one at least.
func claimsFound(ctx context.Context, store *postgres.Store, text string) ([]postgres.FoundClaim, error) {
	id, notID := uuid.Parse(strings.TrimSpace(text))
	var unknown error
	if notID == nil { // in the one way of writing it that the database has
		ref, err := store.ClientOfClaim(ctx, id.String())
		if !errors.Is(err, postgres.ErrNotFound) {
			return []postgres.FoundClaim{{Ref: ref}}, err
		}
		unknown = err // a client may number its claims like that
	}
	found, err := store.FindClaims(ctx, text)
	switch {
	case err != nil || len(found) > 0:
	case unknown != nil:
		err = unknown
	default:
		err = fmt.Errorf("%s: %w; right would be %s; dunning claim show finds it by words of the debtor's name too", typedClaim(text), postgres.ErrNotFound, namesOfClaim)
	}
	return found, err
}

// typedClaim is a text in an error, which is kept in logs: as it was typed when it is one word with a digit, which no name of a person is, else without it.
func typedClaim(text string) string {
	if text = strings.TrimSpace(text); strings.ContainsAny(text, "0123456789") && len(strings.Fields(text)) == 1 {
		return fmt.Sprintf("claim %q", text)
	}
	return "claim"
}

// severalNamed refuses a list of claims where one was asked, and says how to come from many to one.
func severalNamed(text string, found []postgres.FoundClaim) error {
	left := postgres.LeftOut(found)
	if left == 0 {
		return refused("%s: %d are named so; right would be the id of one", typedClaim(text), len(found))
	}
	return refused("%s: %d are named so, and %d are listed, %d at most of a client; right would be the id of one, more words of the name, or what names one claim: the client's reference, the reference of its letters, or the number of an invoice",
		typedClaim(text), len(found)+left, len(found), postgres.MostFound)
}

// claimIDNamed is the id of the claim that a text names, for what its workflow is asked to record.
func claimIDNamed(cmd *cobra.Command, text string) (id string, err error) {
	err = withBooks(cmd, func(store *postgres.Store) error {
		ref, err := claimNamed(cmd.Context(), store, text)
		id = ref.ClaimID
		return err
	})
	return id, err
}

// claimsListed names claims in a line, without their debtors: an error is kept in logs.
func claimsListed(found []postgres.FoundClaim) string {
	const most = 5
	var names []string
	for i, f := range found {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more: dunning claim show", len(found)+postgres.LeftOut(found)-most))
			break
		}
		names = append(names, fmt.Sprintf("%s (%s %s)", f.ClaimID, f.Client, f.Reference))
	}
	return strings.Join(names, ", ")
}

func printFound(w io.Writer, found []postgres.FoundClaim, asJSON bool) error {
	if asJSON {
		return printJSON(w, fields{{"claims", found}, {"left_out", postgres.LeftOut(found)}})
	}
	rows := make([]table.Row, len(found))
	for i, f := range found {
		rows[i] = table.Row{f.ClaimID, f.Client, f.Reference, f.Debtor, f.Status}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"claim", "client", "reference", "debtor", "status"}, rows, nil))
	return err
}
