use candor::evaluate::*;
fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let d = match a[0].as_str() {
        "evidence" => Detector::Evidence,
        "hedging" => Detector::Hedging,
        "attribution" => Detector::Attribution,
        _ => Detector::Claims,
    };
    let n: usize = a[1].parse().unwrap();
    let set = read(&a[2..]).unwrap();
    print!("{}", judge(d, &set, n));
}
