//! The console reads its own stack, whichever way AWS asks its role about it.

use serde_json::{Value, json};
use viridian_sandbox::iam;
use viridian_server::config::resolve;

use crate::bench::{Bench, TestApp};

const DESCRIBE: &str = "cloudformation:DescribeStacks";

impl Bench {
    /// Reads a stack, by its name or its ARN, as the console's role does.
    fn describe_as_console(&self, stack: &str) -> Result<Value, String> {
        let read = self.sandbox.with(|world| {
            let caller = iam::session(world, &self.outputs.console_role_arn, "console");
            world.call(&caller, "cloudformation", "DescribeStacks", json!({ "StackName": stack }))
        });
        read.map_err(|error| format!("{}: {}", error.code, error.message))
    }

    fn stack_arn(&self) -> String {
        let shown =
            self.call("cloudformation", "DescribeStacks", json!({ "StackName": self.outputs.stack_name }));
        shown.unwrap()["Stacks"][0]["StackId"].as_str().unwrap().to_owned()
    }

    /// Grants the reading of this resource only, in the place of what the template grants.
    fn grant_stack(&self, resource: &str) {
        let role = self.outputs.console_role_arn.rsplit('/').next().unwrap().to_owned();
        let mut changed = 0;
        for policy in self.sandbox.with(|world| iam::policies(world, &role)) {
            let mut document = policy.document.clone();
            for statement in document["Statement"].as_array_mut().unwrap() {
                if statement["Action"] == DESCRIBE || statement["Action"] == json!([DESCRIBE]) {
                    statement["Resource"] = json!(resource);
                    changed += 1;
                }
            }
            let input = json!({ "RoleName": role, "PolicyName": policy.name, "PolicyDocument": document.to_string() });
            self.call("iam", "PutRolePolicy", input).unwrap();
        }
        assert_eq!(changed, 1);
    }
}

/// IAM judges a call that names a stack on `stack/NAME/*`: nothing turns the name into the ARN before.
#[tokio::test]
async fn a_grant_on_the_arn_with_its_id_does_not_let_a_stack_be_read_by_its_name() {
    let bench = Bench::empty().await;
    let (name, arn) = (bench.outputs.stack_name.clone(), bench.stack_arn());
    bench.grant_stack(&arn);
    let denied = bench.describe_as_console(&name).unwrap_err();
    assert!(denied.starts_with("AccessDenied:") && denied.contains(DESCRIBE), "{denied}");
    assert!(denied.contains(&format!("stack/{name}/*")), "{denied}");
    assert!(bench.describe_as_console(&arn).is_ok());
    let app = TestApp::start(&resolve(bench.options(&name).read().await.unwrap()).await).await;
    let notice =
        app.notice(&format!("The stack {name} in us-east-1 cannot be read: AWS denies DescribeStacks")).await;
    assert!(notice.mend.contains("Allow cloudformation:DescribeStacks"), "{}", notice.mend);
    app.console.stop().await;
}

#[tokio::test]
async fn what_the_template_grants_lets_the_stack_be_read_by_name_and_by_arn_and_no_other() {
    let bench = Bench::empty().await;
    let (name, arn) = (bench.outputs.stack_name.clone(), bench.stack_arn());
    for asked in [&name, &arn] {
        let read = bench.describe_as_console(asked);
        assert_eq!(read.as_ref().map(|it| &it["Stacks"][0]["StackName"]), Ok(&json!(name)), "{asked}");
    }
    for other in ["ViridianState".to_owned(), arn.replace("/Viridian/", "/ViridianState/")] {
        let denied = bench.describe_as_console(&other).unwrap_err();
        assert!(denied.starts_with("AccessDenied:"), "{other}: {denied}");
    }
}
