//! Attribution: how many sentences say who says so, and how well they say it.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, rate, shows};

pub(super) const ATTRIBUTED_SENTENCE_RATIO: Feature = Feature {
    id: "attributed_sentence_ratio",
    noun: Noun::Singular("share of sentences that say who says so"),
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
    noun: Noun::Singular("share of sentences with a named source"),
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
    noun: Noun::Singular("share of sources introduced with a role, an occasion or a date"),
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
    noun: Noun::Singular("share of reporting verbs that judge"),
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
    noun: Noun::Plural("statements by sources without name or description"),
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
    noun: Noun::Singular("share of unnamed sources"),
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
**How it is computed.** Attributions in the article's own voice to unnamed sources, over all attributions in it. A share of those asked in a survey is no source, nor is anybody of whom the text tells that nothing was said. Exposure: attributions.\n\
\n\
**Limits.** Says nothing of an outlet.\n\
\n\
**Source.** Duffy 2010; Purvis 2015.",
    examples: &[
        shows("A senior army official said the plant burned. Jane Doe said it did not.", 0.5),
        absent("The plant burned."),
    ],
    measure: |analysis| {
        let all = analysis.attribution.own_reports;
        Measurement::over(f64::from(analysis.attribution.anonymous) / f64::from(all.max(1)), all, 3)
    },
};

pub(super) const WEASEL_ATTRIBUTION_RATE: Feature = Feature {
    id: "weasel_attribution_rate",
    noun: Noun::Plural("statements by nobody in particular"),
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
    noun: Noun::Plural("sentences in which nobody in particular feels or does something"),
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

pub(super) const DISTINCT_SOURCE_COUNT: Feature = Feature {
    id: "distinct_source_count",
    noun: Noun::Plural("different sources"),
    sub_score: "",
    tier: Tier::Report,
    unit: "count",
    range: (0.0, f64::INFINITY),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Different sources the article rests on.\n\
\n\
**Why it matters.** An account that rests on several people can be checked against itself.\n\
\n\
**How it is computed.** Count of the resolved sources, by surname or by name of a body, to which the article attributes something in its own voice. Exposure: attributions.\n\
\n\
**Limits.** Long articles have more: compare it only with articles of the same length. It is shown and not scored.\n\
\n\
**Source.** Spangher et al. 2023; Newell et al. 2018 (PolNeAR).",
    examples: &[
        shows("Jane Doe said no. Ms. Doe said it twice. Mayor Ann Hale said yes.", 2.0),
        absent("The bridge is safe."),
    ],
    measure: |analysis| Measurement::over(analysis.attribution.sources.len() as f64, own_reports(analysis), 1),
};

pub(super) const TOP_SOURCE_SHARE: Feature = Feature {
    id: "top_source_share",
    noun: Noun::Singular("share of statements from one and the same source"),
    sub_score: "",
    tier: Tier::Report,
    unit: "share of attributions",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "How much of the article one source carries.\n\
\n\
**Why it matters.** HealthNewsReview asks for a source that is independent of the one who makes the claim.\n\
\n\
**How it is computed.** The largest number of attributions in the article's own voice that one resolved source has, over all of them. Exposure: attributions; absent below 4.\n\
\n\
**Limits.** Interviews and profiles have one source for good reason, so it is shown and not scored; it would matter where a dispute is reported.\n\
\n\
**Source.** HealthNewsReview criterion 7; Newell et al. 2018 (PolNeAR).",
    examples: &[
        shows("Jane Doe said no. Ms. Doe said it twice. Mayor Ann Hale said yes. Doe said it again.", 0.75),
        absent("Jane Doe said no."),
    ],
    measure: |analysis| {
        let all = own_reports(analysis);
        if all < 4 {
            return Measurement::not_applicable(all);
        }
        let most = analysis.attribution.sources.iter().map(|source| source.attributions).max().unwrap_or(0);
        Measurement::over(f64::from(most) / f64::from(all), all, 6)
    },
};

pub(super) const DOCUMENT_SOURCE_RATE: Feature = Feature {
    id: "document_source_rate",
    noun: Noun::Plural("documents and data as sources"),
    sub_score: "support",
    tier: Tier::Model,
    unit: "attributions per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Documents, studies, filings and data the article points to.\n\
\n\
**Why it matters.** A document can be looked up; a voice cannot.\n\
\n\
**How it is computed.** 100 times the attributions in the article's own voice to a document, a study, a survey or figures, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** \"Studies show\" names no document and counts as nobody in particular.\n\
\n\
**Source.** Zhang et al. 2018; The Trust Project (citations and references).",
    examples: &[
        shows("The audit report found that the bridge is safe.", 100.0 / 9.0),
        shows("Studies show that the bridge is safe.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.attribution.documents), 100.0),
};

pub(super) const RIGHT_OF_REPLY_PRESENT: Feature = Feature {
    id: "right_of_reply_present",
    noun: Noun::Presence("reply of somebody who is criticised"),
    sub_score: "",
    tier: Tier::Report,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Somebody who is criticised is heard.\n\
\n\
**Why it matters.** Codes of practice ask that whoever is accused may answer.\n\
\n\
**How it is computed.** 1 if somebody whom the article shows accused, blamed, criticised or sued denies, rejects, answers or declines to comment in it, else 0. Exposure: 1; absent where nobody is criticised.\n\
\n\
**Limits.** An answer may stand in another article, and a reply to a settled fact is no balance: it is shown and not scored.\n\
\n\
**Source.** NewsGuard; Society of Professional Journalists; Ad Fontes.",
    examples: &[
        shows("Ann Hale accused Tarrant Foods of fraud. Tarrant Foods denied it.", 1.0),
        shows("Ann Hale accused Tarrant Foods of fraud. The court will sit in May.", 0.0),
        absent("Ann Hale praised Tarrant Foods."),
    ],
    measure: |analysis| match analysis.attribution.reply {
        Some(heard) => Measurement::over(f64::from(u8::from(heard)), 1, 1),
        None => Measurement::not_applicable(0),
    },
};

pub(super) const ANONYMITY_EXPLAINED_RATIO: Feature = Feature {
    id: "anonymity_explained_ratio",
    noun: Noun::Singular("share of unnamed sources whose anonymity is explained"),
    sub_score: "",
    tier: Tier::Report,
    unit: "share of attributions to unnamed sources",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Unnamed sources that are described and whose anonymity is explained.\n\
\n\
**Why it matters.** The Associated Press asks for a description of the source and for the reason it is not named.\n\
\n\
**How it is computed.** Attributions in the article's own voice to unnamed but described sources with a reason in their sentence or the next, over attributions to unnamed sources. Exposure: those; absent without any.\n\
\n\
**Limits.** The phrase is easily copied: it is shown and not scored.\n\
\n\
**Source.** Associated Press, statement of news values.",
    examples: &[
        shows("A senior army official said on condition of anonymity that the plant burned.", 1.0),
        shows("A senior army official said that the plant burned.", 0.0),
        absent("Jane Doe said that the plant burned."),
    ],
    measure: |analysis| {
        let all = analysis.attribution.anonymous;
        Measurement::over(f64::from(analysis.attribution.explained) / f64::from(all.max(1)), all, 2)
    },
};

/// Attributions in the article's own voice.
fn own_reports(analysis: &crate::detect::Analysis<'_>) -> u32 {
    analysis.attribution.own_reports
}
