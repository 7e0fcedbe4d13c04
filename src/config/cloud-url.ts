/** Where a cloud's models are, as far as it is said. */
export interface CloudPlace {
  readonly region?: string | undefined
  readonly project?: string | undefined
  readonly location?: string | undefined
}

/** What the environment says of it, in the variables of the clouds' own tools. */
export const placeIn = (env: Readonly<Record<string, string | undefined>>): CloudPlace => ({
  region: env['AWS_REGION']?.trim() || env['AWS_DEFAULT_REGION']?.trim() || undefined,
  project: env['GOOGLE_CLOUD_PROJECT']?.trim() || undefined,
  location: env['GOOGLE_CLOUD_LOCATION']?.trim() || undefined,
})

/**
 * The base URL of a preset that has one for every region; undefined for any other, and where too little is said. Vertex AI
 * has names of its own for the locations `global`, `us` and `eu`.
 * https://docs.aws.amazon.com/general/latest/gr/bedrock.html, https://cloud.google.com/vertex-ai/docs/general/locations
 */
export function cloudUrl(
  preset: string | undefined,
  { region, project, location = 'global' }: CloudPlace,
): string | undefined {
  if (preset === 'bedrock' && region !== undefined) {
    return `https://bedrock-runtime.${region}.amazonaws.com/openai/v1`
  }
  if (preset !== 'vertex' || project === undefined) return undefined
  const host =
    location === 'global'
      ? 'aiplatform.googleapis.com'
      : location === 'us' || location === 'eu'
        ? `aiplatform.${location}.rep.googleapis.com`
        : `${location}-aiplatform.googleapis.com`
  return `https://${host}/v1/projects/${project}/locations/${location}/endpoints/openapi`
}
