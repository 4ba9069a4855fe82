//! The model in words: the table that training prints and the card beside the model file. Both are
//! made from the model file alone, so they cannot say anything else.

use std::fmt::Write;

use super::artifact::{Artifact, Model};
use super::evaluate::Bin;
use super::predict::SUB_SCORES;
use super::register::{REGISTER, RegisterFile};
use crate::features::{Direction, FEATURES};

/// The columns of the table of figures: heading and metric.
const FIGURES: &[(&str, &str)] = &[
    ("corpus left out", "leave_one_corpus_out_auc"),
    ("... like lengths", "leave_one_corpus_out_length_matched_auc"),
    ("... features alone", "leave_one_corpus_out_auc_documented"),
    ("... no floor effect", "leave_one_corpus_out_auc_without_floor"),
    ("... register alone", "leave_one_corpus_out_auc_register"),
    ("... free signs", "leave_one_corpus_out_auc_free_signs"),
    ("length alone", "length_only_auc"),
    ("groups left out", "leave_group_out_auc"),
    ("... features alone", "leave_group_out_auc_documented"),
];

/// How articles were left out, in words, and the beginning of the names of the metrics.
const POPULATIONS: &[(&str, &str)] =
    &[("Corpus left out", "leave_one_corpus_out"), ("Groups left out", "leave_group_out")];

/// What the score is for, and what it must not be used for.
pub const INTENDED_USE: &str = "A measure of observable reporting practice in the text sent, for triage, corpus \
profiles and editorial quality control. It is not a judgement of truth. Not for automatic removal or \
demonetisation, rating publishers or ranking named journalists, legal or employment decisions, or moderating elections without human \
review.";

/// So many register patterns each way are shown.
const PATTERNS_SHOWN: usize = 15;

fn metric(artifact: &Artifact, id: &str, corpus: &str) -> Option<f64> {
    artifact.metrics.iter().find(|metric| metric.id == id && metric.corpus == corpus).map(|metric| metric.value)
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

/// Rows of equal length, the first being headings.
fn figures(artifact: &Artifact) -> Vec<Vec<String>> {
    let mut rows = vec![vec!["corpus".to_owned(), "articles".to_owned()]];
    let shown: Vec<_> =
        FIGURES.iter().filter(|(_, id)| artifact.metrics.iter().any(|metric| metric.id == *id)).collect();
    if let Some(head) = rows.first_mut() {
        head.extend(shown.iter().map(|(heading, _)| (*heading).to_owned()));
    }
    let fitted = || artifact.corpora.iter().filter(|corpus| corpus.fitted);
    let corpora = fitted().map(|corpus| (corpus.id.as_str(), corpus.id.as_str()));
    for (name, id) in corpora.chain([("mean", "")]) {
        let articles = metric(artifact, "articles_judged", id).unwrap_or_default();
        let mut row = vec![name.to_owned(), articles.to_string()];
        row.extend(shown.iter().map(|(_, m)| figure(metric(artifact, m, id))));
        rows.push(row);
    }
    rows
}

/// One line for each weight: feature, transform, weight, what its direction says.
fn weights(model: &Model) -> Vec<Vec<String>> {
    let mut rows = vec![["feature", "transform", "weight", "better is"].map(str::to_owned).to_vec()];
    for weight in model.weights() {
        let direction =
            FEATURES.iter().find(|feature| feature.id == weight.feature_id).map(|feature| feature.direction);
        let better = match direction {
            Some(Direction::Higher) => "more",
            Some(Direction::Lower) => "less",
            Some(Direction::Hump) => "the middle",
            Some(Direction::Neutral) | None => "not stated",
        };
        rows.push(vec![
            weight.feature_id.to_owned(),
            weight.transform.to_owned(),
            format!("{:+.3}", weight.weight),
            better.to_owned(),
        ]);
    }
    if let Some(register) = model.register_weight() {
        rows.push(vec![REGISTER.to_owned(), "sum".to_owned(), format!("{register:+.3}"), "more".to_owned()]);
    }
    rows
}

fn excluded(artifact: &Artifact) -> Vec<Vec<String>> {
    let mut rows = vec![["feature", "transform", "left out because"].map(str::to_owned).to_vec()];
    rows.extend(artifact.excluded.iter().map(|excluded| {
        vec![excluded.feature_id.clone(), excluded.transform.as_str().to_owned(), excluded.reason.clone()]
    }));
    rows
}

/// Risk over coverage: one row for each share of the articles, highest confidence first, and one for those with a score.
fn coverage(artifact: &Artifact) -> Vec<Vec<String>> {
    const FIGURES: [(&str, &str); 3] =
        [("AUC", "auc"), ("Brier score", "brier_score"), ("calibration error", "calibration_error")];
    let columns =
        || POPULATIONS.iter().flat_map(|(name, id)| FIGURES.map(|(heading, figure)| (name, id, heading, figure)));
    let mut head = vec!["of each corpus".to_owned(), "articles".to_owned()];
    head.extend(columns().map(|(name, _, heading, _)| format!("{}: {heading}", name.to_lowercase())));
    let mut rows = vec![head];
    let parts = artifact.metrics.iter().filter_map(|metric| metric.id.strip_prefix("leave_one_corpus_out_articles_"));
    for part in parts {
        let name = match part.strip_prefix("at_coverage_") {
            Some(share) => format!("{share}%"),
            None => "what gets a score".to_owned(),
        };
        let articles = metric(artifact, &format!("leave_one_corpus_out_articles_{part}"), "").unwrap_or_default();
        let mut row = vec![name, articles.to_string()];
        row.extend(columns().map(|(_, id, _, name)| figure(metric(artifact, &format!("{id}_{name}_{part}"), ""))));
        rows.push(row);
    }
    rows
}

/// What the model does on articles that nothing was fitted on, and what probes do to their scores.
fn untouched(artifact: &Artifact) -> String {
    let with = |id: &str| artifact.metrics.iter().filter(move |metric| metric.id == id).collect::<Vec<_>>();
    let mut rows = vec![["corpus", "articles", "figure", "score", "length alone"].map(str::to_owned).to_vec()];
    let mut beaten = Vec::new();
    for (id, name) in [("untouched_auc", "AUC"), ("untouched_spearman", "Spearman's rho with the label")] {
        for metric_ in with(id) {
            let corpus = metric_.corpus.as_str();
            let length = metric(artifact, &format!("{id}_of_length"), corpus);
            if length.is_some_and(|length| metric_.value <= length) {
                beaten.push(corpus);
            }
            let articles = metric(artifact, "untouched_articles", corpus).unwrap_or_default();
            let cells = [corpus, &articles.to_string(), name, &figure(Some(metric_.value)), &figure(length)];
            rows.push(cells.map(str::to_owned).to_vec());
        }
    }
    if rows.len() == 1 {
        return String::new();
    }
    let mut out = "## Where nothing was fitted

Articles on whose labels no weight was fitted, all of them scored, those too that a report would refuse; by length band, by
leaning, with intervals and with risk over coverage in `docs/reliability.md` of the project. A corpus that is a reference above
gave the values of its good articles to the reference distribution.

"
    .to_owned();
    out += &markdown(&rows);
    if !beaten.is_empty() {
        let _ = write!(
            out,
            "\nOn {} the score is **no better than the number of words**: what those labels mean (a publisher's rating, a
reviewer's criteria) it does not measure.\n",
            listed(&beaten)
        );
    }
    let probes = with("probe_mean_change");
    if !probes.is_empty() {
        out += "\nWhat changes of a text do to its score, over the same articles. What must hold of the mean (gaming must not raise a score,\ncopying must not move it, another variety of English must not lower it, by more than 0.02) holds of no single article:\n\n";
        let mut rows =
            vec![["change", "mean change", "raises by over 0.05", "moves as it may"].map(str::to_owned).to_vec()];
        rows.extend(probes.iter().map(|probe| {
            let raised = metric(artifact, "probe_raised_share", &probe.corpus).unwrap_or_default();
            let holds = match metric(artifact, "probe_holds", &probe.corpus) {
                None => "either way",
                Some(holds) if holds > 0.5 => "yes",
                Some(_) => "**no**",
            };
            let change = format!("{:+.3}", probe.value);
            vec![probe.corpus.clone(), change, format!("{:.0}%", 100.0 * raised), holds.to_owned()]
        }));
        out += &markdown(&rows);
    }
    out.push('\n');
    out
}

/// "a", "a and b", "a, b and c".
fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., before, last] if !first.is_empty() => format!("{}, {before} and {last}", first.join(", ")),
        _ => names.join(" and "),
    }
}

/// The register patterns that weigh most, in either direction.
fn patterns(register: &RegisterFile) -> Vec<Vec<String>> {
    let mut order: Vec<&(String, f64, f64)> = register.patterns.iter().collect();
    order.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut rows = vec![["towards good practice", "weight", "away from it", "weight"].map(str::to_owned).to_vec()];
    for (good, poor) in order.iter().zip(order.iter().rev()).take(PATTERNS_SHOWN) {
        rows.push(vec![
            format!("`{}`", good.0),
            format!("{:+.2}", good.2),
            format!("`{}`", poor.0),
            format!("{:+.2}", poor.2),
        ]);
    }
    rows
}

/// The reliability diagrams as a picture: what was predicted against what the labels are.
#[must_use]
pub fn diagram(model: &Model) -> String {
    const SIZE: f64 = 320.0;
    const MARGIN: f64 = 46.0;
    let diagrams = &model.artifact().diagrams;
    let width = (SIZE + MARGIN) * diagrams.len().max(1) as f64 + MARGIN;
    let height = SIZE + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for (index, diagram) in diagrams.iter().enumerate() {
        let left = MARGIN + index as f64 * (SIZE + MARGIN);
        let name = POPULATIONS.iter().find(|(_, id)| *id == diagram.id).map_or(diagram.id.as_str(), |(name, _)| name);
        let x = |share: f64| left + share * SIZE;
        let y = |share: f64| MARGIN + (1.0 - share) * SIZE;
        let _ = writeln!(out, "<text x=\"{left}\" y=\"{}\">{name}</text>", MARGIN - 12.0);
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{MARGIN}\" width=\"{SIZE}\" height=\"{SIZE}\" fill=\"none\" stroke=\"#999\"/>\n<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"#bbb\" stroke-dasharray=\"4 4\"/>",
            x(0.0),
            y(0.0),
            x(1.0),
            y(1.0)
        );
        for tick in [0.0, 0.5, 1.0] {
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{tick}</text>\n<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{tick}</text>",
                x(tick),
                MARGIN + SIZE + 16.0,
                left - 6.0,
                y(tick) + 4.0
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">mean score of a tenth of the articles; up: share labelled good</text>",
            x(0.5),
            MARGIN + SIZE + 34.0
        );
        let point = |bin: &Bin| format!("{:.1},{:.1}", x(bin.predicted), y(bin.observed));
        let line: Vec<String> = diagram.bins.iter().map(point).collect();
        let _ = writeln!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"#1668b8\"/>", line.join(" "));
        for bin in &diagram.bins {
            let _ = writeln!(
                out,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"#1668b8\"><title>{:.3} predicted, {:.3} observed</title></circle>",
                x(bin.predicted),
                y(bin.observed),
                bin.predicted,
                bin.observed
            );
        }
    }
    out += "</svg>\n";
    out
}

fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let numeric = cell.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c));
            let _ = if numeric { write!(line, "{cell:>width$}  ") } else { write!(line, "{cell:<width$}  ") };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

fn markdown(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        let _ = writeln!(out, "| {} |", row.join(" | "));
        if index == 0 {
            let _ = writeln!(out, "|{}", "---|".repeat(row.len()));
        }
    }
    out
}

/// One line for each figure of all corpora together.
fn overall(artifact: &Artifact) -> Vec<String> {
    let one = |id: &str| metric(artifact, id, "");
    let grid: Vec<String> = artifact
        .metrics
        .iter()
        .filter_map(|metric| {
            let penalty = metric.id.strip_prefix("leave_one_corpus_out_auc_at_penalty_")?;
            Some(format!("{penalty}: {:.3}", metric.value))
        })
        .collect();
    let calibration = POPULATIONS.iter().map(|(name, id)| {
        let (brier, base) = (one(&format!("{id}_brier_score")), one(&format!("{id}_brier_score_of_base_rate")));
        format!(
            "{name}: Brier score {}, of the base rate alone {}; calibration error {} in ten bins of equal weight",
            figure(brier),
            figure(base),
            figure(one(&format!("{id}_calibration_error")))
        )
    });
    calibration
        .chain([
            format!(
                "L2 strength {}; mean AUC of corpora left out, over what gets a score, for each strength tried: {}",
                artifact.penalty,
                grid.join(", ")
            ),
            format!(
                "Calibration: logit = {:.3} x {:+.3}, x being the logit as fitted",
                artifact.calibration.slope, artifact.calibration.intercept
            ),
            format!(
                "Floor effect: a sub-score below {} takes up to {:.3} from the logit as fitted, the width of the middle band: a wholly broken dimension costs a band. Stated, not fitted",
                artifact.floor.below, artifact.floor.depth
            ),
            format!("Bands: mixed from {:.3}, high from {:.3}", artifact.bands.mixed, artifact.bands.high),
            format!(
                "Interval: noise {:.1} logit squared words, from {} articles; {} samples of sources",
                artifact.interval.noise,
                one("articles_halved_for_noise").unwrap_or(0.0),
                artifact.interval.replicates
            ),
            format!("Reference: {} articles ({})", artifact.reference.articles, artifact.reference.corpora.join("; ")),
        ])
        .collect()
}

/// The table that training prints.
#[must_use]
pub fn table(model: &Model) -> String {
    let artifact = model.artifact();
    let mut out = format!(
        "Model {} ({} columns, bias {:+.3}), sha256 {}\n\nAUC\n",
        model.version(),
        artifact.columns.len(),
        model.bias(),
        model.sha256()
    );
    out += &aligned(&figures(artifact));
    out += "\nAll corpora, each article by a model and a calibration that had not seen it, corpora and labels weighing the same\n";
    for line in overall(artifact) {
        let _ = writeln!(out, "{line}");
    }
    let _ = write!(out, "\nWeights\n{}", aligned(&weights(model)));
    if !artifact.excluded.is_empty() {
        let _ = write!(out, "\nLeft out\n{}", aligned(&excluded(artifact)));
    }
    out
}

/// The model card, in Markdown, after Mitchell et al. (2019).
#[must_use]
pub fn card(model: &Model) -> String {
    let artifact = model.artifact();
    let mut out = String::new();
    let _ = write!(
        out,
        "# Model card: {version}

This is a measure of observable reporting practice in the text it is given. It is not a judgement of
truth. Evidence spans are the result; the number is a summary of them.

## Model details

- A logistic regression, fitted by linfa with L2 penalty, on the ranks of {columns} feature columns among
  {articles} reference articles ({reference}){register}.
- A rank is clipped to P1..P99 and enters as half its log-odds, 0 at the median and 2.3 at P99: the unusual
  counts, no feature can weigh more than the reference allows, and a feature that could not be measured adds 0.
- Fitted on articles that Candor scores: what is too short or no news is left out. Judged on all, those too that a report
  refuses.
- Version {version}, feature definitions {feature_set}, SHA-256 over the content
  `{sha}`.
- Made by `{command}`; the same articles give the same file.

## Intended use

- Triage: which of many articles an editor or a fact checker looks at first.
- Profiles of a corpus.
- Editorial quality control, with the evidence on the page.

## Out of scope

It **cannot say** that a claim is true or false, that an author is honest, that an outlet is \"fake\", or
anything of images, of links that were not supplied, or of text removed before it was seen. A fabricated
story in the style of an agency scores high; a true eyewitness post scores low.

It must not be used for automatic removal or demonetisation, for rating publishers or ranking named journalists, for legal or
employment decisions, in the moderation of elections without human review, or as truth in a filter of
training data without saying so. Opinion, satire, press releases, recipes, transcripts and fiction are not
news reporting; the score of such a text means nothing.

## Data

Labels are **weak supervision**: a publisher's rating or a verdict on a story, inherited by the text. None
of them is an editor's judgement of the article. Corpora weigh the same in the fit, and in each both labels
do. A corpus that is not fitted on only gives articles to the reference distribution. Of their texts a model
holds weights, quantiles and the common words of the register model.

",
        version = artifact.version,
        columns = artifact.columns.len(),
        articles = artifact.reference.articles,
        reference = artifact.reference.corpora.join("; "),
        feature_set = artifact.feature_set_version,
        sha = artifact.sha256,
        command = artifact.created_from,
        register = if artifact.register.is_some() { ", and on the sum of a register model (below)" } else { "" },
    );
    let mut rows = vec![
        ["corpus", "used for", "articles", "good", "poor", "licence of the compilation", "what the label says"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(artifact.corpora.iter().map(|corpus| {
        vec![
            corpus.id.clone(),
            if corpus.fitted { "fit" } else { "reference" }.to_owned(),
            corpus.articles.to_string(),
            corpus.positive.to_string(),
            corpus.negative.to_string(),
            corpus.license.clone(),
            corpus.meaning.clone(),
        ]
    }));
    out += &markdown(&rows);
    out += "
## Metrics

AUC, the chance that a good article scores above a poor one, ties counting half. *Corpus left out*: the model,
its reference and its choice of columns had not seen the corpus. *Like lengths*: only pairs of which the longer
article has at most 1.25 times the words. *Length alone*: the number of words as the score. *Groups left out*:
the model had not seen the article's source, or its pair (five parts). *Features alone*, *register alone*: without
the other of the two. *Free signs*: weights may contradict the directions that journalism standards state.
A split at random would measure which outlet wrote an article. Where a corpus names neither source nor pair (all of
horne2017), a group is one article, and *groups left out* is no more than such a split.

";
    out += &markdown(&figures(artifact));
    out += "
These figures are over all articles, read once each, those too that a report refuses. By length and with intervals each corpus
left out stands in `docs/reliability.md`, of models that were also chosen without it, and over repeated articles, too.

All corpora together, each article scored by a model that had not seen its part and calibrated on the other parts,
corpora and labels weighing the same:

";
    for line in overall(artifact) {
        let _ = writeln!(out, "- {line}");
    }
    out += "
Risk over coverage: of each corpus the articles whose text a report trusts most (without the two cautions that take a model),
AUC in the mean over corpora. Of few articles the calibration error is large by chance alone, of 160 near 0.1.

";
    out += &markdown(&coverage(artifact));
    out += "
![Reliability diagrams](calibration.svg)

The strength of the penalty, and size and strength of the register model, were chosen on the figures of corpora left out,
so these flatter by what a few choices can: differences of 0.01 are within the noise of so few corpora.

";
    out += &untouched(artifact);
    out += "## The score

`logit = bias + contributions`, `score = 1 / (1 + exp(-logit))`; calibration is folded into both. Bands begin at
the terciles of the scores of articles in corpora left out. The interval is 90%:
`logit ± 1.645 sqrt(x' C x + noise / words)`, where C is the covariance of bias and weights between samples of
sources, and noise the variance between the halves of long articles times their words. It covers neither the
calibration nor the reference.

## Weights

";
    out += &markdown(&weights(model));
    if !artifact.excluded.is_empty() {
        out += "\n## Features left out\n\nA weight that contradicts what journalism standards say of its feature is the corpora's accident\n(topic, genre, one outlet's habit) and is not shipped.\n\n";
        out += &markdown(&excluded(artifact));
    }
    if let Some(register) = &artifact.register {
        let _ = write!(
            out,
            "
## The register model

{} patterns of one or two units, over text whose words are masked (text distortion, Stamatatos 2018)
unless they are among {} common words that stand in 5% of the pieces of every corpus fitted on and are not mostly
written like names. A mask is the class of cue that a word is part of (`<report_verb>`, `<booster>`), else its shape. A text is read in pieces of about 500 words and marks. The
sum of a piece of a good article grows with its length: by {:.2} for each e-fold, in the mean of {} pieces that were halved and
read by a register that had not seen their corpus. So much is taken out again, so that a short article or a cut one is not
marked down for that. The weights are fitted by linfa on the same articles; the mean over pieces enters the reliability model
as one input, learnt on sums of models that had not seen the corpus. It shows how a text is written, not what about,
and style is not practice: it is cheap to imitate, and a change of style in honest news moves it. Its term
in the logit is named `{REGISTER}`.

",
            register.patterns.len(),
            register.vocabulary.len(),
            register.length_effect,
            metric(artifact, "pieces_halved_for_length_effect", "").unwrap_or_default()
        );
        out += &markdown(&patterns(register));
    }
    let _ = write!(
        out,
        "
## Sub-scores

{}: the mean, over the features of each that could be measured, of the share of reference articles
that do no better. They owe nothing to the labels of poor articles. They are no percentiles: equals count in full, so that
ordinary news stands well above the middle where most of it has none of a fault. A feature that was measured on little of a
text (`LOW_EXPOSURE`) counts in full in both.

## Limits

- US political English of 2015 to 2020 dominates the data; other beats, countries and varieties of English
  were not measured.
- Sources are few: an interval says what other sources of the same corpora would have taught, no more.
- One article says little of its source.
- Length, genre and topic differ between the labels of every corpus; see the columns beside each AUC.
- The features are public and a high score is cheap to fake. Evidence from other articles is not.
- A text that was cut, garbled or machine-translated on its way is judged as it arrived.

## Versions

- reliability-7: the same, fitted again: what the length of a piece alone adds to the register's sum is taken out, and every
  figure is over all articles, refused ones too (features 6, lexicon 6).
- reliability-6: the same, fitted again: the register's term is 0 in the middle of ordinary news; a feature that is best in the
  middle counts by its distance from it alone; labels over and under a text are none of it, and double primes are quotation
  marks (features 6, lexicon 6).
- reliability-5: the same, fitted again: paragraphs that are somebody's words are not the article's, texts without sentences
  have no score, and the figures on articles that nothing was fitted on stand in the card (features 5).
- reliability-4: the same, fitted again on features that read sources, surveys and padding better (lexicon 5).
- reliability-3: ranks enter as log-odds; the register model knows the classes of cues; how many times only the day of
  publication explains counts; articles that have no score are left out of fit and figures.
- reliability-2: fitted on four corpora of verdicts on stories; publishers' ratings only give the reference. A
  register model beside the features. Groups of all corpora are left out together.
- reliability-1: features alone, publishers' ratings among the corpora.
",
        SUB_SCORES
            .iter()
            .filter(|id| FEATURES.iter().any(|feature| feature.sub_score == **id))
            .map(|id| format!("`{id}`"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::artifact::Metric;
    use crate::model::synthetic;

    #[test]
    fn the_card_names_every_corpus_and_every_feature_left_out() {
        let model = synthetic::model();
        let card = card(model);
        for corpus in &model.artifact().corpora {
            assert!(card.contains(&format!("| {} | fit | {} |", corpus.id, corpus.articles)));
            assert!(card.contains(&corpus.license) && card.contains(&corpus.meaning));
        }
        for excluded in &model.artifact().excluded {
            assert!(card.contains(&format!("| {} |", excluded.feature_id)));
        }
        assert!(card.contains("It is not a judgement of\ntruth."));
        assert!(card.contains("## The register model"));
    }

    #[test]
    fn the_card_says_what_length_beats_and_which_probe_fails() {
        let mut artifact = synthetic::model().artifact().clone();
        let mut push = |id: &str, corpus: &str, value| {
            artifact.metrics.push(Metric { id: id.to_owned(), corpus: corpus.to_owned(), value });
        };
        for (corpus, score) in [("one", 0.51), ("two", 0.9), ("three", 0.52), ("four", 0.53)] {
            push("untouched_articles", corpus, 40.0);
            push("untouched_auc", corpus, score);
            push("untouched_auc_of_length", corpus, 0.6);
        }
        for (probe, change, holds) in [("a", 0.0, Some(1.0)), ("b", -0.03, Some(0.0)), ("c", 0.04, None)] {
            push("probe_mean_change", probe, change);
            push("probe_raised_share", probe, 0.5);
            if let Some(holds) = holds {
                push("probe_holds", probe, holds);
            }
        }
        let told = untouched(&artifact);
        for line in [
            "On one, three and four the score is **no better than the number of words**",
            "| a | +0.000 | 50% | yes |",
            "| b | -0.030 | 50% | **no** |",
            "| c | +0.040 | 50% | either way |",
        ] {
            assert!(told.contains(line), "{line}: {told}");
        }
    }

    #[test]
    fn risk_stands_beside_coverage_for_both_ways_of_leaving_out() {
        let model = synthetic::model();
        let rows = coverage(model.artifact());
        let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names, ["of each corpus", "100%", "90%", "75%", "50%", "25%", "10%", "what gets a score"]);
        assert!(rows.iter().all(|row| row.len() == 8));
        let of = |id: &str| metric(model.artifact(), id, "");
        assert_eq!(rows[4][1], of("leave_one_corpus_out_articles_at_coverage_50").unwrap().to_string());
        assert_eq!(rows[4][5], figure(of("leave_group_out_auc_at_coverage_50")));
        assert_eq!(rows[7][4], figure(of("leave_one_corpus_out_calibration_error_scored")));
        assert!(card(model).contains(&markdown(&rows)));
    }

    #[test]
    fn the_picture_has_a_point_for_each_bin() {
        let model = synthetic::model();
        let bins: usize = model.artifact().diagrams.iter().map(|diagram| diagram.bins.len()).sum();
        assert!(bins > 10);
        assert_eq!(diagram(model).matches("<circle").count(), bins);
    }

    #[test]
    fn the_table_has_a_line_for_each_corpus_and_weight() {
        let model = synthetic::model();
        let table = table(model);
        for id in ["a", "b", "c", "mean"] {
            assert!(table.lines().any(|l| l.split_whitespace().next() == Some(id)), "{table}");
        }
        for weight in model.weights() {
            assert!(table.contains(weight.feature_id));
        }
    }
}
