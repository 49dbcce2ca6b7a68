using ZProc.Errors;

namespace ZProc.State;

/// <summary>Proposes a key for one that is missing.</summary>
internal static class KeySuggestion
{
    private const int MostKeys = 1000; // a read of a missing key must stay cheap

    /// <summary>A sentence that proposes the key that was meant; empty where there is none, or where the namespace has too many keys.</summary>
    /// <param name="state">The namespace.</param>
    /// <param name="key">The missing key.</param>
    public static string Sentence(StateAccess state, string key) => state.Count > MostKeys ? "" : Suggestion.Sentence(key, state.Keys());
}
