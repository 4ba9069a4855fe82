use candor::{
    Article,
    detect::Analysis,
    features::{FEATURES, FeatureVector},
};
fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let a = Analysis::of(&Article::from_text(&text));
        println!("=== {path} {:?} headline {:?}", a.prose, a.document.headline.as_ref().map(|h| h.span.slice(&text)));
        for b in &a.document.blocks {
            println!("{:?} {:?}", b.kind, b.span.slice(&text).unwrap().chars().take(60).collect::<String>());
        }
        for (i, s) in a.document.sentences.iter().enumerate() {
            let c = &a.claims.sentences[i];
            println!(
                "S{i} body={} cw={:.2} {:?} nov={:?} fill={} | {}",
                s.body,
                c.worthiness,
                c.support,
                a.repetition.novelty[i].map(|x| (x * 100.0).round()),
                a.padding.filler[i],
                s.span.slice(&text).unwrap()
            );
            for at in a.attribution.of(i) {
                println!(
                    "     ATTR {:?} src={:?} cue={:?} key={:?} content={:?}",
                    at.kind,
                    at.source.clone().and_then(|r| a.document.span_of(r.start as usize, r.end as usize).slice(&text)),
                    a.document.span_of(at.cue.start as usize, at.cue.end as usize).slice(&text),
                    at.key.clone().and_then(|r| a.document.span_of(r.start as usize, r.end as usize).slice(&text)),
                    at.content
                        .iter()
                        .flatten()
                        .map(|r| a.document.span_of(r.start as usize, r.end as usize).slice(&text).unwrap())
                        .collect::<Vec<_>>()
                );
            }
        }
        let v = FeatureVector::measure(&a);
        for (f, m) in FEATURES.iter().zip(v.as_slice()) {
            println!("{:32} {:?} {:?} {}", f.id, m.value(), m.status(), m.exposure());
        }
        for e in &a.evidence {
            println!(
                "  {} {:.2} {:?} {:?}",
                e.feature_id,
                e.severity,
                e.voice,
                e.place.span.slice(&text).map(|s| s.chars().take(80).collect::<String>())
            );
        }
    }
}
