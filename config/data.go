package config

import "embed"

// Data is what an agency edits, as shipped: rates/ (law, dated), trajectories/ (policy, versioned), plans/ (what an agreement includes), behaviour/ (how
// debtors answer in a simulation), stickers.yaml (label paper), samples/ (the demonstration portfolio) and scenarios/ (lives of claims, with what must come
// of them).
//
//go:embed rates/*.yaml trajectories/*.yaml plans/*.yaml behaviour/*.yaml stickers.yaml samples/* scenarios/*.yaml
var Data embed.FS
