package settlement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// Policy is how a part payment is divided between client and agency in the amicable phase. It is apart from art. 6:44 BW, which says what the debtor paid of.
// The zero value is ClientFirst.
type Policy int

// The policies, by the words under which a plan names them.
const (
	ClientFirst Policy = iota // the client's principal, then interest and costs ("100% uitkering van de hoofdsom")
	AgencyFirst               // interest and costs that are owed, then the principal, as art. 6:44 BW does
	ProRata                   // by what is owed of both
)

var policies = []string{"client_first", "agency_first", "pro_rata"}

// Policies are the names of all policies; the first is the default.
func Policies() []string { return slices.Clone(policies) }

func (p Policy) String() string { return policies[p] }

// client is the client's part of net, of which the client is due something of all that is owed in money.
func (p Policy) client(net, due, owed money.Amount) money.Amount {
	agency := money.Max(0, owed-due)
	switch p {
	case AgencyFirst:
		return money.Min(due, money.Max(0, net-agency))
	case ProRata:
		if net < due+agency {
			return net - net.Share(agency, due+agency) // an odd cent is the client's
		}
	case ClientFirst:
	}
	return money.Min(net, due)
}

// VATMode is how the client bears the VAT on what the agency keeps. The zero value is ExclusiveInvoiced.
type VATMode int

// The modes, by the words under which a plan names them.
const (
	ExclusiveInvoiced VATMode = iota // on top, invoiced to the client
	ExclusiveNetted                  // on top, taken off what the client gets; what that cannot bear is invoiced
	Inclusive                        // part of what the agency keeps
)

var vatModes = []string{"excl_invoiced", "excl_netted", "inclusive"}

// VATModes are the names of all modes; the first is the default.
func VATModes() []string { return slices.Clone(vatModes) }

func (m VATMode) String() string { return vatModes[m] }

// Terms are how what comes in under a plan is settled with its client.
type Terms struct {
	Policy Policy
	VAT    VATMode
}

// TermsOf are the terms by plan. A plan that is not there has the zero value, which is the default.
type TermsOf map[string]Terms

// ParseTerms reads both by their names; an empty one is the default.
func ParseTerms(policy, vat string) (t Terms, err error) {
	p, err := named(policy, policies)
	if err != nil {
		return t, fmt.Errorf("settlement: %w", err)
	}
	m, err := named(vat, vatModes)
	if err != nil {
		return t, fmt.Errorf("vat_mode: %w", err)
	}
	return Terms{Policy(p), VATMode(m)}, nil
}

func named(name string, names []string) (int, error) {
	if i := slices.Index(names, name); i >= 0 || name == "" {
		return max(i, 0), nil
	}
	return 0, fmt.Errorf("%q is not known; right would be %s", name, strings.Join(names, " or "))
}
