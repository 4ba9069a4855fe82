//! Attribution: how many sentences say who says so, and how well they say it.

use super::{Direction, Feature, Measurement, Tier, absent, rate, shows};

pub(super) const ATTRIBUTED_SENTENCE_RATIO: Feature = Feature {
    id: "attributed_sentence_ratio",
    sub_score: "",
    tier: Tier::Report,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Sentences that say who says so.\n\
\n\
**Why it matters.** Attribution is the norm of news; its density alone tells good from bad outlets poorly, so it is shown and not scored.\n\
\n\
**How it is computed.** Body sentences with an attribution in the article's own voice, over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** Rewritten copy attributes more densely than original reporting.\n\
\n\
**Source.** Newell et al. 2018 (PolNeAR); Associated Press.",
    examples: &[
        shows("The mayor said the bridge is safe. It was built in 1990.", 0.5),
        shows("The bridge is safe. It was built in 1990.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, f64::from(analysis.attribution.attributed_sentences)),
};

pub(super) const NAMED_ATTRIBUTION_RATIO: Feature = Feature {
    id: "named_attribution_ratio",
    sub_score: "support",
    tier: Tier::Model,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: 0.5,
    docs: "Sentences attributed to a named person, office, organisation or document.\n\
\n\
**Why it matters.** A reader can go back to a named source.\n\
\n\
**How it is computed.** Body sentences with an attribution in the article's own voice to a named source, pronouns and epithets resolved, over body sentences; the model gives no credit beyond 0.5. Exposure: body sentences.\n\
\n\
**Limits.** Resolution of pronouns is by position, not by meaning.\n\
\n\
**Source.** Zhang et al. 2018; The Trust Project (citations and references).",
    examples: &[
        shows("Mayor Jane Doe said the bridge is safe. It was built in 1990. Cars use it. So do trains.", 0.25),
        shows("Some say the bridge is safe. It was built in 1990.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, f64::from(analysis.attribution.named_sentences)),
};

pub(super) const ATTRIBUTION_ANCHOR_RATIO: Feature = Feature {
    id: "attribution_anchor_ratio",
    sub_score: "support",
    tier: Tier::Model,
    unit: "share of distinct sources",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Sources introduced with a role, an occasion, an outlet, a place or a date.\n\
\n\
**Why it matters.** Who speaks, and where and when, is what makes an attribution checkable.\n\
\n\
**How it is computed.** Distinct sources whose first attribution carries an anchor, over distinct sources. Exposure: distinct sources.\n\
\n\
**Limits.** Anchors in a neighbouring sentence are not seen.\n\
\n\
**Source.** Associated Press (describe the source); The Trust Project (methods).",
    examples: &[
        shows("Jane Doe, a professor of law, said the rule would stand.", 1.0),
        shows("Doe said the rule would stand.", 0.0),
        absent("The rule stands."),
    ],
    measure: |analysis| {
        let sources = &analysis.attribution.sources;
        let anchored = sources.iter().filter(|source| source.anchored).count();
        Measurement::over(anchored as f64 / sources.len().max(1) as f64, sources.len() as u32, 2)
    },
};

pub(super) const JUDGEMENTAL_REPORT_VERB_SHARE: Feature = Feature {
    id: "judgemental_report_verb_share",
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "share of reporting verbs",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Reporting verbs that judge.\n\
\n\
**Why it matters.** \"Admitted\" takes a side, \"claimed\" the other; \"said\" takes none.\n\
\n\
**How it is computed.** Reporting verbs in the article's own voice that presuppose or doubt what they report, over all of them. Exposure: reporting verbs; absent below 5.\n\
\n\
**Limits.** Police confirm and defendants admit: some of these verbs are exact.\n\
\n\
**Source.** Recasens et al. 2013; Hyland 2005.",
    examples: &[
        shows(
            "The mayor said no. The clerk said no. The judge said yes. The chief said yes. The minister admitted the error.",
            0.2,
        ),
        absent("The minister admitted the error."),
    ],
    measure: |analysis| {
        let verbs = analysis.attribution.report_verbs;
        if verbs < 5 {
            return Measurement::not_applicable(verbs);
        }
        Measurement::over(f64::from(analysis.attribution.judging_verbs) / f64::from(verbs), verbs, 8)
    },
};

pub(super) const BARE_ANONYMOUS_COUNT: Feature = Feature {
    id: "bare_anonymous_count",
    sub_score: "support",
    tier: Tier::Model,
    unit: "attributions per 100 body sentences",
    range: (0.0, f64::INFINITY),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Attributions to a source that is unnamed and undescribed.\n\
\n\
**Why it matters.** \"A source\" tells a reader nothing; the Associated Press all but forbids it.\n\
\n\
**How it is computed.** 100 times the attributions in the article's own voice to a bare source, insider or official, over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** Unnamed but described sources are not counted: careful outlets use many.\n\
\n\
**Source.** Associated Press, statement of news values.",
    examples: &[
        shows("The drones hit a plant, according to a source. The plant burned.", 50.0),
        shows("The drones hit a plant, according to a senior army official. The plant burned.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, 100.0 * f64::from(analysis.attribution.bare_anonymous)),
};

pub(super) const ANONYMOUS_SOURCE_RATIO: Feature = Feature {
    id: "anonymous_source_ratio",
    sub_score: "",
    tier: Tier::Report,
    unit: "share of attributions",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "Attributions to unnamed sources, described or not.\n\
\n\
**Why it matters.** Shown because readers ask; careful outlets use more of them, so it is never scored.\n\
\n\
**How it is computed.** Attributions in the article's own voice to unnamed sources, over all attributions in it. Exposure: attributions.\n\
\n\
**Limits.** Says nothing of an outlet.\n\
\n\
**Source.** Duffy 2010; Purvis 2015.",
    examples: &[
        shows("A senior army official said the plant burned. Jane Doe said it did not.", 0.5),
        absent("The plant burned."),
    ],
    measure: |analysis| {
        use crate::report::{SourceKind, Voice};
        let own = || analysis.attribution.all.iter().filter(|attribution| attribution.voice == Voice::Own);
        let all = own().count() as u32;
        let unnamed =
            own().filter(|a| matches!(a.kind, SourceKind::BareAnonymous | SourceKind::DescribedAnonymous)).count();
        Measurement::over(unnamed as f64 / f64::from(all.max(1)), all, 3)
    },
};

pub(super) const WEASEL_ATTRIBUTION_RATE: Feature = Feature {
    id: "weasel_attribution_rate",
    sub_score: "support",
    tier: Tier::Model,
    unit: "sentences per 100 body sentences",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Sentences attributed to nobody in particular.\n\
\n\
**Why it matters.** \"Critics say\" cannot be checked.\n\
\n\
**How it is computed.** 100 times the body sentences attributed to a collective without members (critics, experts, some) or to nobody (it is believed), over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** A collective that introduces a named member within two sentences is a lead-in and does not count.\n\
\n\
**Source.** Ganter and Strube 2009; Farkas et al. 2010 (CoNLL-2010).",
    examples: &[
        shows("Critics say the plan is too dear. The plan was made in 2019.", 50.0),
        shows("The mayor says the plan is too dear. The plan was made in 2019.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, 100.0 * f64::from(analysis.attribution.weasel_sentences)),
};

pub(super) const VAGUE_COLLECTIVE_RATE: Feature = Feature {
    id: "vague_collective_rate",
    sub_score: "",
    tier: Tier::Report,
    unit: "sentences per 100 body sentences",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Sentences in which nobody in particular feels or does something.\n\
\n\
**Why it matters.** \"Has raised concerns\" hides whose.\n\
\n\
**How it is computed.** 100 times the body sentences with an unnamed collective or agentless concern in the article's own voice, over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** Left out where a person is the subject.\n\
\n\
**Source.** Vincze 2013.",
    examples: &[
        shows("The plan has drawn widespread criticism. The plan was made in 2019.", 50.0),
        shows("He raised concerns. The plan was made in 2019.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, 100.0 * f64::from(analysis.stance.vague_sentences)),
};
