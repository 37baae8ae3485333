package config

import "embed"

// Data is what an agency edits, as shipped: rates/ (law, dated), trajectories/ (policy, versioned), behaviour/ (how debtors answer in a simulation), stickers.yaml (label paper) and
// samples/ (the demonstration portfolio).
//
//go:embed rates/*.yaml trajectories/*.yaml behaviour/*.yaml stickers.yaml samples/*
var Data embed.FS
