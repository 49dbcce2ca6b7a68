using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using ZProc.Commands;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Contexts;

/// <summary>Values for parameters of <c>Start-ZProcess</c> and <c>New-ZProcess</c> that a call does not give itself.</summary>
internal sealed class ProcessDefaults
{
    // Parameters that tell what to run, or how often, cannot have a default.
    private static readonly string[] NoSettings = ["ScriptBlock", "FilePath", "InputObject", "Count", "Name", "Context"];

    private static readonly Dictionary<string, PropertyInfo> Settings = new[] { typeof(ProcessStartCommand), typeof(RetryParameters) }
        .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(property => property.IsDefined(typeof(ParameterAttribute)) && !NoSettings.Contains(property.Name))
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    private readonly List<KeyValuePair<PropertyInfo, object?>> _values = [];

    /// <summary>Checks and converts values.</summary>
    /// <param name="values">Parameter names with their values; null for none.</param>
    /// <exception cref="FaultException">InvalidArgument: there is no such parameter, or the value does not fit it.</exception>
    public ProcessDefaults(IDictionary? values)
    {
        foreach (DictionaryEntry entry in values ?? new Hashtable())
        {
            var name = entry.Key.ToString()!;
            if (!Settings.TryGetValue(name, out var setting))
            {
                throw new FaultException(
                    Fault.InvalidArgument, $"-ProcessDefaults: Start-ZProcess has no parameter '{name}' that can have a default.{Suggestion.Sentence(name, Settings.Keys)} These can: {string.Join(", ", Settings.Keys.Order())}.", name);
            }

            _values.Add(new(setting, Converted(setting, entry.Value)));
        }
    }

    /// <summary>The values as a table, for another OS process.</summary>
    public Hashtable ToTable() => new(_values.ToDictionary(pair => (object)pair.Key.Name, pair => pair.Value));

    /// <summary>Sets the parameters that a call did not give.</summary>
    /// <param name="given">The names of those that it gave.</param>
    /// <param name="targets">The objects that have the parameters.</param>
    public void Apply(IEnumerable<string> given, params object[] targets)
    {
        var bound = given.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (setting, value) in _values.Where(pair => !bound.Contains(pair.Key.Name)))
        {
            setting.SetValue(Array.Find(targets, target => setting.DeclaringType!.IsInstanceOfType(target)), value);
        }
    }

    private static object? Converted(PropertyInfo setting, object? value)
    {
        object? converted;
        try
        {
            converted = LanguagePrimitives.ConvertTo(value, setting.PropertyType, CultureInfo.InvariantCulture);
        }
        catch (PSInvalidCastException wrong)
        {
            throw new FaultException(Fault.InvalidArgument, $"-ProcessDefaults: {setting.Name} cannot be '{value}'. {wrong.Message}", setting.Name, wrong);
        }

        var range = setting.GetCustomAttribute<System.Management.Automation.ValidateRangeAttribute>();
        return range is null || converted is not IComparable number
            || (number.CompareTo(Convert.ChangeType(range.MinRange, converted.GetType(), CultureInfo.InvariantCulture)) >= 0
                && number.CompareTo(Convert.ChangeType(range.MaxRange, converted.GetType(), CultureInfo.InvariantCulture)) <= 0)
            ? converted
            : throw new FaultException(
                Fault.InvalidArgument, $"-ProcessDefaults: {setting.Name} cannot be {value}. It can be from {range.MinRange} to {range.MaxRange}.", setting.Name);
    }
}
