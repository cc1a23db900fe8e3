//! What the server writes is read by the browser's own JSON, and what the page sends is written by it: any value of
//! any type that goes between the two survives the way.

#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::panic,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "what cannot be invented fails the test"
)]

#[path = "reading/arbitrary.rs"]
mod arbitrary;

use std::fmt::Debug;

use arbitrary::{Chance, invent};
use serde::{Serialize, de::DeserializeOwned};
use viridian_frontend::json::{Unreadable, read, write};
use viridian_shared::{
    command::{
        AbandonGreen, AcceptNoise, AskProbe, DeleteSuite, ImportSuite, Receipt, RetryStep, RuleOnFinding,
        SaveSuite, SetDesiredCount, SetSentinel, StartExecution, StartPipeline, StartRun, StopExecution,
        StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    comparison::{
        history::HeatMap,
        probe::ProbeDetail,
        run::{Run, RunPage},
        suite::SuiteDetail,
        view::Rows,
    },
    event::Event,
    journal::JournalPage,
    machine::{Definition, ExecutionDetail},
    people::{Session, SignIn},
    problem::Problem,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// Values of each type.
const TIMES: u64 = 200;

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>() {
    for seed in 1..=TIMES {
        let value: T = invent(&mut Chance::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let Ok(text) = serde_json::to_string(&value) else { panic!("{value:?} cannot be written") };
        assert_eq!(read::<T>(&text).as_ref(), Ok(&value), "{text}");
        let Some(own) = write(&value) else { panic!("{value:?} cannot be sent") };
        match serde_json::from_str::<T>(&own) {
            Ok(sent) => assert_eq!(sent, value, "{own}"),
            Err(error) => panic!("{error}: {own}"),
        }
    }
}

macro_rules! all_survive {
    ($($test:ident: $($type:ty),* $(,)?;)*) => {
        $(#[wasm_bindgen_test]
        fn $test() {
            $(survives::<$type>();)*
        })*
    };
}

all_survive! {
    the_stream: Event;
    what_is_asked_for: Run, RunPage, ProbeDetail, Rows, HeatMap, SuiteDetail, JournalPage, Definition, ExecutionDetail;
    what_is_answered: Session, Receipt, Problem;
    what_is_sent: SignIn, VoteOnGate, StartPipeline, StopPipeline, RetryStep, SetDesiredCount, StartExecution,
        StopExecution, AbandonGreen, SwapBack, StartRun, StopRun, AskProbe, RuleOnFinding, SaveSuite, ImportSuite,
        DeleteSuite, AcceptNoise, WithdrawNoise, SetSentinel;
}

#[wasm_bindgen_test]
fn what_is_not_json_or_not_known_is_refused() {
    for text in
        ["", "{", "[1,]", "\"a", "tru", "1 2", "{\"a\":}", "{\"bye\":1,\"hello\":2}", "\"never\"", "null"]
    {
        assert_eq!(read::<Event>(text), Err(Unreadable), "{text}");
    }
    assert_eq!(read::<u8>("256"), Err(Unreadable));
    assert_eq!(read::<u8>("-1"), Err(Unreadable));
    assert_eq!(read::<u64>("1.5"), Err(Unreadable));
    // No double holds it, so it is refused and not read as its neighbour.
    assert_eq!(read::<u64>("9007199254740993"), Err(Unreadable));
    assert_eq!(read::<u64>("9007199254740991"), Ok(9_007_199_254_740_991));
}

#[wasm_bindgen_test]
fn what_a_newer_server_adds_is_passed_over() {
    let text = r#"{"name":"viewer-1","key":null,"new":{"a":[1,"}",null,{"b":-1.5e3}]}}"#;
    assert_eq!(read(text), Ok(SignIn { name: "viewer-1".to_owned(), key: None }));
}
