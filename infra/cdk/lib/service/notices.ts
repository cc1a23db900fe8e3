/** The topic that tells people that a gate has opened. */

import { RemovalPolicy } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface NoticesProps {
  readonly email?: string | undefined;
}

export class Notices extends Construct {
  /** A message carries the gate's token: whoever reads it and may answer gates can answer this one. */
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { email }: NoticesProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Viridian gates',
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
    this.topic.applyRemovalPolicy(RemovalPolicy.DESTROY);
    if (email) this.topic.addSubscription(new EmailSubscription(email));
  }
}
