//! After the swap: gives production back to blue.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, SwapBack},
    journal::Entry,
};

use super::{Found, Run, start_execution::started};
use crate::{Context, Error, Service, port::PortError, service::Done};

#[async_trait]
impl Run for SwapBack {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let warrant = service.open(ctx, permit, &self, "swap production back to blue").await?;

        let machine = service.roll_back_machine();
        let input = service.smallest_input();
        let name = warrant.name();
        let started =
            service.ports.machines.start(&warrant, &service.machine_arn(&machine), &name, &input).await;

        service.close(ctx, warrant, started.map(|arn| done(&self, arn))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        Ok(match started(service, &service.roll_back_machine(), intent).await? {
            Some(detail) => Found::Done(Box::new(done(&self, detail.execution.arn))),
            None => Found::NotDone("Production was not swapped back.".to_owned()),
        })
    }
}

fn done(command: &SwapBack, execution: String) -> Done {
    let reason =
        if command.reason.is_empty() { String::new() } else { format!(": “{}”", command.reason.trim()) };
    Done::new("Production goes back to blue.", format!("swapped production back to blue{reason}"))
        .started(execution)
}
