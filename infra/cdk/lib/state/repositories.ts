/** The two repositories: commits and images. */

import { RemovalPolicy } from 'aws-cdk-lib';
import { Repository as CodeRepository } from 'aws-cdk-lib/aws-codecommit';
import { Repository as ImageRepository, TagMutability } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';

/** How many images stay: blue, green and a long way back. The reference kept one and lost blue's. */
export const IMAGES_KEPT = 50;

/**
 * How the tags begin that deploy-green gives to what runs and that go with its task set. A rule of lower priority
 * expires nothing that a rule before it matches, so however many pushes come, what runs stays.
 */
export const HELD = 'in-use-';
const NEVER_REACHED = 1000;

export interface RepositoryProps {
  readonly removalPolicy: RemovalPolicy;
}

export interface CodeRepositoryProps extends RepositoryProps {
  readonly name: string;
}

/** An image's tag never comes to mean another image. */
export function imageRepository(scope: Construct, id: string, { removalPolicy }: RepositoryProps): ImageRepository {
  return new ImageRepository(scope, id, {
    imageTagMutability: TagMutability.IMMUTABLE,
    imageScanOnPush: true,
    lifecycleRules: [
      { rulePriority: 1, tagPrefixList: [HELD], maxImageCount: NEVER_REACHED, description: 'Keep what runs' },
      { rulePriority: 2, maxImageCount: IMAGES_KEPT, description: `Keep the newest ${IMAGES_KEPT} images` },
    ],
    removalPolicy,
    emptyOnDelete: removalPolicy === RemovalPolicy.DESTROY,
  });
}

export function codeRepository(
  scope: Construct, id: string, { removalPolicy, name }: CodeRepositoryProps,
): CodeRepository {
  const repository = new CodeRepository(scope, id, {
    repositoryName: name,
    description: 'The app that is released: assets/demo-app-repository',
  });
  repository.applyRemovalPolicy(removalPolicy);
  return repository;
}
