//! A day of few users: what holds at any size. Seven days of many are a step of `./scripts/test --full`.

use simulator::caps::Class;
use simulator::measures::measure;
use simulator::report::figures;
use simulator::world::{Settings, World};

#[test]
fn a_day_in_virtual_time_holds_budgets_goals_and_caps() {
    let mut world = World::new(Settings { days: 1, warm_up_days: 0, users: 250, seed: 7 });
    world.run(|_| {});
    let measures = measure(&mut world);
    assert!(measures.impressions > 4_000, "{}", measures.impressions);
    assert!(measures.fill > 0.7, "{}", measures.fill);
    assert_eq!(world.handed_out_after, 0, "slots of campaigns that are spent");
    for kind in ["goal", "budget", "day"] {
        assert!(measures.outcomes.iter().any(|one| one.kind == kind), "there is no {kind}");
    }
    assert!(measures.goal_error_max() <= 0.04, "{:?}", measures.outcomes);
    let over = measures.overspend_impressions_max(|_| true);
    assert!(over <= 25.0, "{over} impressions: {:?}", measures.outcomes);
    assert!(measures.showings_of(Class::Online) > 3_000 && measures.showings_of(Class::Offline) > 100);
    assert_eq!((measures.violations_of(Class::Online), measures.violations.inside_hard), (0, 0));
}

#[test]
fn a_seed_brings_the_same_figures_whatever_else_the_machine_does() {
    let run = || {
        let mut world = World::new(Settings { days: 1, warm_up_days: 1, users: 40, seed: 7 });
        world.run(|_| {});
        figures(&measure(&mut world))
    };
    assert_eq!(run(), run());
}
