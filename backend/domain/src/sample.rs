//! A service as the tests of domain and server have it: its settings, and a snapshot that it shows.

use std::time::Duration;

use jiff::Timestamp;
use viridian_shared::{
    sample,
    snapshot::{Section, ServiceIdentity, Snapshot},
};

use crate::{
    Service, Settings,
    policy::Policies,
    service::{Interval, MachineSetting, PollSchedule},
    snapshot_store::Pick,
};

/// What the configuration says of the sample's service. `rest` is how long the sentinel leaves the colours in peace.
pub fn settings(identity: ServiceIdentity, rest: Duration) -> Settings {
    let machine = |name: &str| MachineSetting {
        name: name.to_owned(),
        arn: format!("arn:aws:states:r:1:stateMachine:{name}"),
    };
    let second = Duration::from_secs(1);
    let interval = Interval { fast: second, slow: second };
    Settings {
        identity,
        pipeline: "shop".to_owned(),
        cluster: "c".to_owned(),
        service: "shop".to_owned(),
        production_rule: "rule/8000".to_owned(),
        test_rule: "rule/8080".to_owned(),
        machines: ["clean-up", "deploy-green", "roll-back", "swap"].map(machine).to_vec(),
        notices: Vec::new(),
        schedule: PollSchedule { polling: interval, listening: interval, deadline: second, rest },
        policies: Policies::default(),
    }
}

/// Lets a service show a snapshot, section by section, as read at the sample's moment.
pub fn show(service: &Service, snapshot: Snapshot) {
    fn section<T: PartialEq>(service: &Service, pick: Pick<T>, section: Section<T>, at: Timestamp) {
        if let Some(value) = section.value {
            service.snapshots.show(pick, value, at);
        }
    }
    let at = sample::now();
    section(service, |it| &mut it.pipeline, snapshot.pipeline, at);
    section(service, |it| &mut it.traffic, snapshot.traffic, at);
    section(service, |it| &mut it.tasks, snapshot.tasks, at);
    section(service, |it| &mut it.machines, snapshot.machines, at);
    section(service, |it| &mut it.comparison, snapshot.comparison, at);
}
