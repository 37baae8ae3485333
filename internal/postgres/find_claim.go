package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
)

// FoundClaim is a claim that a text names.
type FoundClaim struct {
	Ref       `json:"-"`
	Claim     string       `json:"claim"`
	Client    string       `json:"client"` // its code
	Reference string       `json:"reference"`
	Debtor    string       `json:"debtor"`
	Status    claim.Status `json:"status"`
	ByDebtor  bool         `json:"by_debtor"` // only the debtor's name fits, which is no proof of what is meant
	Of        int          `json:"-"`         // how many of its client the text names: more than MostFound when some are left out
}

// MostFound is how many claims are found at most of one client, and shortestName the fewest characters by which a debtor is found.
const (
	MostFound    = 50
	shortestName = 3
)

// findClaims reads the claims of one client that a text names. The transaction sees the client.
const findClaims = `
	WITH named AS (SELECT id, false AS by_debtor FROM claim WHERE upper(reference) = upper($1) OR rf = $2 OR kenmerk = $2 OR left(id::text, 8) = lower($1)
		UNION ALL SELECT claim_id, false FROM invoice WHERE folded = $3 OR folded IS NULL AND upper(btrim(regexp_replace(number, '\s+', ' ', 'g'))) = $3
		UNION ALL SELECT c.id, true FROM claim c JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id WHERE cardinality($4::text[]) > 0 AND d.name ILIKE ALL ($4)),
	found AS (SELECT id, bool_and(by_debtor) AS by_debtor FROM named GROUP BY id)
	SELECT c.client_id::text, c.id::text, k.code, c.reference, d.name, c.status, f.by_debtor, count(*) OVER () FROM found f JOIN claim c ON c.id = f.id JOIN client k ON k.id = c.client_id
		JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id ORDER BY f.by_debtor, c.reference LIMIT $5`

// FindClaims gives the claims, of whatever client, that a text names: by the client's reference, the number of an invoice, the dossier number of letters to clients (what its id begins with), the RF or payment reference with or without its spaces, whatever the case, or by words
// of the debtor's name, of three characters at least together. Those first that are not found by the name alone, and at most MostFound of each client. It reads each client as that client.
func (s *Store) FindClaims(ctx context.Context, text string) (all []FoundClaim, err error) {
	words := strings.Fields(text)
	like := make([]string, len(words))
	for i, word := range words {
		like[i] = "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
	}
	joined := strings.ToUpper(strings.Join(words, ""))
	if len([]rune(joined)) < shortestName {
		like = []string{}
	}
	err = s.eachTenant(ctx, "", func(tx pgx.Tx, client string) error {
		if client == "" {
			return nil
		}
		rows, err := tx.Query(ctx, findClaims, strings.TrimSpace(text), joined, claim.Folded(text), like, MostFound)
		if err != nil {
			return fmt.Errorf("find claims of client %s: %w", client, err) // the text may be a name
		}
		of, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f FoundClaim, err error) {
			err = row.Scan(&f.ClientID, &f.ClaimID, &f.Client, &f.Reference, &f.Debtor, &f.Status, &f.ByDebtor, &f.Of)
			f.Claim = f.ClaimID
			return f, err
		})
		all = append(all, of...)
		return err
	})
	slices.SortStableFunc(all, func(a, b FoundClaim) int { return compareBool(a.ByDebtor, b.ByDebtor) })
	return all, err
}

// LeftOut is how many claims the text of a search names that FindClaims did not give.
func LeftOut(found []FoundClaim) (n int) {
	counted := map[string]bool{}
	for _, f := range found {
		if !counted[f.ClientID] {
			counted[f.ClientID], n = true, n+f.Of
		}
	}
	return max(0, n-len(found))
}
